/**
 * Starts the process of one component: a TypeScript program, MariaDB, Redis or Kafka.
 *
 * Read beside: launcher.ts (which decides when), child.ts, mariadb.ts, redis.ts
 * Touches the world: processes, and the lab's folder.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Host } from '#shared/network-map.ts'
import { Child, ChildFailure } from './child.ts'
import { startGalera } from './galera.ts'
import { startKafka } from './kafka.ts'
import { findKafka } from './kafka-jars.ts'
import { startMariadb } from './mariadb.ts'
import { startRedis } from './redis.ts'
import type { Component } from './roster.ts'
import { startRedisBesideSentinel } from './sentinel.ts'

export interface StartHooks {
  /** Called for each process that is started, helpers such as mariadb-install-db among them. */
  readonly onChild: (child: Child) => void
  /** Prints one line for the person at the terminal. */
  readonly report: (line: string) => void
}

/** What keeps a DNS server from starting is a mistake in a zone file; the message before it names file, line and column. */
const ZONE_ADVICE =
  'corrija o arquivo, ou volte ao estado inicial · correct the file, or return to the initial state: npm run lab -- reset'

/** Where lab/setup/packages.sh unpacks the packages of Galera: once for all labs of this repository. */
const PROGRAMS = fileURLToPath(new URL('../.lab/programs', import.meta.url))

/**
 * @param folder the lab's folder, for data and logs
 * @param within words before its command: `nsenter` and its arguments, for a network namespace of its own
 * @returns the process, once it is ready. @throws ChildFailure with its last words when it ends before
 */
export async function startComponent(
  component: Component,
  folder: string,
  { onChild, report }: StartHooks,
  within: readonly string[] = [],
): Promise<Child> {
  const { name, address, port } = component.host
  const preload = component.preload === undefined ? [] : ['--import', component.preload]
  const logFile = join(folder, 'logs', `${name}.log`)
  const place = { address, port, logFile, onChild, within }
  const { role } = component.host
  if (role === 'mysql' || role === 'redis') {
    const group = component.group.map(host => ({ ...host, folder: databaseFolder(folder, host) }))
    const own = { ...place, name, folder: databaseFolder(folder, component.host) }
    if (group.length === 1) forgetReplicas(own.folder, role)
    if (role === 'mysql')
      return group.length === 1 ? startMariadb(own) : startGalera({ ...own, nodes: group, programs: PROGRAMS })
    return group.length === 1 ? startRedis(own) : startRedisBesideSentinel({ ...own, group })
  }
  if (name === 'kafka') {
    const found = await findKafka()
    if ('why' in found) throw new ChildFailure(found.why)
    return startKafka({ ...place, folder: join(folder, 'kafka'), jars: found.jars })
  }
  const child = Child.start({
    name,
    command: [...within, process.execPath, ...preload, component.program ?? ''],
    env: { ...compileCache(folder), ...component.env },
    logFile,
    ...(component.host.role === 'dns' ? { advice: ZONE_ADVICE } : {}),
    onTell: line => report(`  ${name}: ${line}`),
  })
  onChild(child)
  await child.ready()
  return child
}

/** `.lab/mysql` for the first server, `.lab/mysql/mysql2` for the second: `reset` removes all of them. */
function databaseFolder(folder: string, { name, role, ordinal }: Host): string {
  return ordinal === 1 ? join(folder, role) : join(folder, role, name)
}

/**
 * A lab without `--ha` changes the data of the first server alone. What the replicas have is old from then on, and the next lab with `--ha`
 * copies the first server again.
 */
function forgetReplicas(folder: string, role: 'mysql' | 'redis'): void {
  const names = {
    mysql: ['mysql2', 'mysql3', 'data/grastate.dat', 'data/gvwstate.dat', 'data/galera.cache'],
    redis: ['redis2', 'redis3', 'sentinel.conf'],
  }
  for (const name of names[role]) rmSync(join(folder, name), { recursive: true, force: true })
}

/**
 * What Node has compiled (and stripped of its types) is kept for the next process: 7 MB and 0.3 s of CPU less for each. Not while
 * coverage is measured, which needs the functions as they were compiled here. A folder that the environment names already is kept.
 */
function compileCache(folder: string): Record<string, string> {
  if (process.env.NODE_V8_COVERAGE !== undefined || process.env.NODE_COMPILE_CACHE !== undefined) return {}
  return { NODE_COMPILE_CACHE: join(folder, 'compile-cache') }
}
