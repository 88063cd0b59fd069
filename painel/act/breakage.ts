/**
 * What can be broken from the painel, and how it is put back.
 *
 * Read beside: lab.ts (processes), zone.ts (records), lab/fault-client.ts (faults); the switches are those of the admin endpoints:
 *   dns-server/server/switches.ts, edge-proxy/watch/switches.ts, backend/sessions/switch.ts
 * Touches the world: through these.
 */
import { type HostRole, hostNamed, hostsOf, type NetworkMap } from '#shared/network-map.ts'
import { Refusal } from '../../backend/refusal.ts'
import { AdminRefusal, askAdmin } from '../../lab/admin-client.ts'
import { statusOf } from '../../lab/control-client.ts'
import { causeFault, clearFaults, faultyHost, faultyHosts } from '../../lab/fault-client.ts'
import type { PainelConfig } from '../config.ts'
import { type Action, changePower } from './lab.ts'
import { removeWwwRecord, returnRecords } from './zone.ts'

export const BREAKAGES = [
  ...(['stop', 'start', 'pause', 'resume'] as const),
  ...(['fault', 'record', 'order', 'health', 'sessions', 'balance'] as const),
]

export interface Breakage {
  readonly what: (typeof BREAKAGES)[number]
  /** The component of a process, a fault or a record. */
  readonly component?: string
  /** The new state of a switch: a policy, `on` or `off`, `memory` or `redis`, an algorithm. */
  readonly value?: string
  /** The body of `POST /faults`. */
  readonly fault?: unknown
}

type Reach = Pick<PainelConfig, 'map' | 'labFolder'>

/** @throws Refusal, or AdminRefusal with the sentence of a component */
export async function carryOut({ what, component = '', value = '', fault }: Breakage, reach: Reach): Promise<void> {
  const { map, labFolder } = reach
  switch (what) {
    case 'fault':
      return causeFault(faultyHost(map, component), fault)
    case 'record':
      return removeWwwRecord(labFolder, addressOf(map, component))
    case 'order':
      return askAll(map, 'dns', '/order', { policy: value })
    case 'health':
      return askAll(map, 'dns', '/health', { enabled: value === 'on' })
    case 'balance':
      return askAll(map, 'frontend', '/balance', { algorithm: value })
    case 'sessions':
      return askAll(map, 'backend', '/sessions', { store: value })
    default:
      await changePower(labFolder, what satisfies Action, component)
  }
}

/**
 * Everything that can be broken from here is put back: faults end, records return, switches have their defaults, processes run. Users
 * and sessions stay, which is the difference from a reset.
 */
export async function restoreAll({ map, labFolder }: Reach): Promise<void> {
  await clearFaults(faultyHosts(map))
  if (labFolder !== undefined) {
    await restartProcesses(map, labFolder)
    await returnRecords(labFolder)
  }
  await Promise.all([
    askAll(map, 'dns', '/order', { policy: 'cyclic' }),
    askAll(map, 'dns', '/health', { enabled: true }),
    askAll(map, 'frontend', '/balance', { algorithm: 'round-robin' }),
    askAll(map, 'backend', '/sessions', { store: 'redis' }),
  ])
}

/** Applications and spares are started by a person only. */
async function restartProcesses(map: NetworkMap, labFolder: string): Promise<void> {
  const { components } = await statusOf(labFolder)
  const own = map.hosts.filter(({ spare, application }) => !spare && ['lab', 'www'].includes(application))
  const states = new Map(components.map(({ name, state }) => [name, state]))
  const withState = (...wanted: string[]) => own.filter(({ name }) => wanted.includes(states.get(name) ?? ''))
  for (const { name } of withState('paused')) await changePower(labFolder, 'resume', name)
  // The databases first, in the order of the map: the backends need them.
  for (const { name } of withState('stopped', 'died')) await changePower(labFolder, 'start', name)
}

/** Components that do not answer are left out; they begin with the default. @throws AdminRefusal when one refuses, or none answers */
async function askAll(map: NetworkMap, role: HostRole, path: string, body: unknown): Promise<void> {
  const outcomes = await Promise.allSettled(hostsOf(map, role).map(host => askAdmin(host, path, body)))
  const refusals = outcomes.flatMap(outcome => (outcome.status === 'rejected' ? [outcome.reason] : []))
  const serious = refusals.find(reason => !(reason instanceof AdminRefusal) || reason.status !== 503)
  if (serious !== undefined) throw serious
  if (refusals.length === outcomes.length) throw refusals[0]
}

function addressOf(map: NetworkMap, name: string): string {
  const names = hostsOf(map, 'frontend').map(({ name }) => name)
  if (names.includes(name)) return hostNamed(map, name).address
  throw new Refusal(400, `component: é preciso um destes · one of these is needed: ${names.join(', ')}`)
}
