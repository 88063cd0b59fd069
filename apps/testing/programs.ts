/**
 * The programs of the lab as processes of their own, at their places on the map of the test: started, killed, and started again.
 *
 * Read beside: lab/child.ts, backend/testing/servers.ts (the databases that they use)
 * Touches the world: starts processes, and ends them when the test ends.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { programOf } from '#shared/applications.ts'
import { hostNamed, networkMap } from '#shared/network-map.ts'
import { prefix } from '../../backend/testing/servers.ts'
import { Child } from '../../lab/child.ts'

export class Programs {
  readonly #folder = mkdtempSync(join(tmpdir(), 'programs-'))
  readonly #env: Readonly<Record<string, string>>
  readonly #running = new Map<string, Child>()

  /** @param env settings of every program */
  constructor(t: Test, env: Readonly<Record<string, string>> = {}) {
    this.#env = env
    t.teardown(async () => {
      for (const child of this.#running.values()) await child.kill()
      rmSync(this.#folder, { recursive: true, force: true })
    })
  }

  /** Starts the program of each host, and waits until all of them are ready. @param names hosts: `acesso`, `tickets2`, `frontend1` */
  async start(...names: readonly string[]): Promise<void> {
    await Promise.all(
      names.map(async name => {
        const host = hostNamed(networkMap(prefix), name)
        const program = host.role === 'frontend' ? 'edge-proxy/main.ts' : programOf(host)
        const child = Child.start({
          name,
          command: [process.execPath, program],
          env: { ...this.#env, ADDRESS: host.address },
          logFile: join(this.#folder, `${name}.log`),
        })
        this.#running.set(name, child)
        await child.ready()
      }),
    )
  }

  /** SIGKILL. */
  async kill(name: string): Promise<void> {
    await this.#running.get(name)?.kill()
  }
}
