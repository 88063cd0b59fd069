/**
 * Real MariaDB and real Redis for the tests of this folder, on the test process's own loopback network.
 *
 * Read beside: backend.ts (starts backends that use them), lab/mariadb.ts and lab/redis.ts
 * Touches the world: starts processes with their data in a temporary folder, and ends them when the test ends.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import type { Child } from '../../lab/child.ts'
import { startMariadb } from '../../lab/mariadb.ts'
import { startRedis } from '../../lab/redis.ts'
import { layDatabase } from '../../test/testing/database.ts'
import { loopbackPrefix } from '../../test/testing/loopback.ts'

/** The first three octets of the addresses that this test process may use. */
export const prefix = loopbackPrefix()

/** The two databases. A test can start, kill, stop and continue each of them. */
export class Servers {
  readonly #folder = mkdtempSync(join(tmpdir(), 'backend-test-'))
  readonly #redisWords: readonly string[]
  mysql: Child | undefined
  redis: Child | undefined

  /** @param redisWords further words of redis.conf */
  constructor(t: Test, redisWords: readonly string[] = []) {
    this.#redisWords = redisWords
    t.teardown(async () => {
      for (const child of [this.mysql, this.redis]) {
        child?.signal('SIGCONT')
        await child?.kill()
      }
      rmSync(this.#folder, { recursive: true, force: true })
    })
  }

  async startMysql(): Promise<Child> {
    await layDatabase(join(this.#folder, 'mysql'))
    this.mysql = await startMariadb({ ...this.#place('mysql'), address: `${prefix}.3` })
    return this.mysql
  }

  async startRedis(): Promise<Child> {
    this.redis = await startRedis({ ...this.#place('redis'), address: `${prefix}.4`, extra: this.#redisWords })
    return this.redis
  }

  #place(name: string): { folder: string; logFile: string } {
    return { folder: join(this.#folder, name), logFile: join(this.#folder, `${name}.log`) }
  }
}

/** Both databases, running. @param redisWords further words of redis.conf: `['--appendfsync', 'always']` */
export async function startServers(t: Test, redisWords: readonly string[] = []): Promise<Servers> {
  const servers = new Servers(t, redisWords)
  await Promise.all([servers.startMysql(), servers.startRedis()])
  return servers
}
