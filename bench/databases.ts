/**
 * MariaDB and Redis for a benchmark, on the core of the load: only the server under test has the other core.
 *
 * Read beside: backend.ts, sale.ts, measure.ts
 * Touches the world: starts both databases; taskset.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startMariadb } from '../lab/mariadb.ts'
import { startRedis } from '../lab/redis.ts'
import { LOAD_CORE, load } from './measure.ts'

export interface BenchDatabases {
  /** For logs too; removed at the end. */
  readonly folder: string
  /** What has to be ended, in the order in which it was begun: the caller adds its own, and calls them in reverse. */
  readonly ends: (() => Promise<unknown>)[]
}

/** @param name of the benchmark @param prefix MariaDB is at .3, Redis at .4 */
export async function startDatabases(name: string, prefix: string): Promise<BenchDatabases> {
  const folder = mkdtempSync(join(tmpdir(), `bench-${name}-`))
  const ends: (() => Promise<unknown>)[] = [async () => rmSync(folder, { recursive: true })]
  const place = (name: string) => ({ folder: join(folder, name), logFile: join(folder, `${name}.log`) })
  const mysql = await startMariadb({ ...place('mysql'), address: `${prefix}.3` })
  ends.push(() => mysql.stop())
  const redis = await startRedis({ ...place('redis'), address: `${prefix}.4` })
  ends.push(() => redis.stop())
  for (const { pid } of [mysql, redis]) await load('taskset', '-a', '-p', '-c', String(LOAD_CORE), String(pid))
  return { folder, ends }
}
