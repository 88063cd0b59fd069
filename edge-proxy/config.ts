/**
 * The edge's settings: everything that comes from the environment, read once.
 *
 * Read beside: shared/settings.ts (ADDRESS, LAB_PORTS, SERVER_NAME), README.md "Configuration"
 * Pure: an environment in, settings out.
 */
import { isIPv4 } from 'node:net'
import { type CheckSettings, readCheckSettings } from '#shared/check-settings.ts'
import { hostAt, hostsOf, type NetworkMap } from '#shared/network-map.ts'
import { type Environment, type Identity, identity, integer, oneOf, SettingError } from '#shared/settings.ts'
import type { BackendAddress } from './balance/backend.ts'
import { ALGORITHMS, type Algorithm } from './balance/balancer.ts'
import { BACKEND_CHECKS } from './balance/check.ts'
import type { DiscoverySettings } from './discovery/discovery.ts'
import { readDiscovery } from './discovery/settings.ts'
import { type ClusterRow, clusterRows } from './gateway/sites.ts'
import { DEFAULT_LIMITS, type LimitSettings, SCOPES } from './limits/rate-limits.ts'

export interface EdgeConfig extends Omit<Identity, 'map'> {
  readonly backends: readonly BackendAddress[]
  /** How to find the backends in DNS; then `backends` are those of the map, used until DNS answers. */
  readonly discovery: DiscoverySettings | undefined
  /** The clusters of the applications; their servers come from DNS where those of `www` do. */
  readonly applications: readonly ClusterRow[]
  readonly algorithm: Algorithm
  /** Statuses of a response for which another backend is asked instead, where that is safe. */
  readonly retryStatuses: readonly number[]
  /** From SIGTERM to no new connections, in milliseconds: time for the DNS servers to see that /healthz says 503. */
  readonly graceMs: number
  /** How backends are checked: CHECK_*. */
  readonly checks: CheckSettings
  readonly limits: LimitSettings
  /**
   * Clients' connections at once. An idle one costs up to 12 KiB, so the default bounds them at 200 MB; and each one
   * with an open request needs a second descriptor for its backend, so it should stay below half of `ulimit -n`.
   */
  readonly maxConnections: number
  /** Threads that accept connections, the main thread included (workers/). */
  readonly workers: number
  /** How many edges share the limits: all those of the map. */
  readonly edges: number
}

/** 503: the answer of a backend that cannot reach its database; another backend may still reach it. */
const DEFAULT_RETRY_STATUSES = [503]

/** @throws SettingError for a variable outside of its range */
export function readConfig(env: Environment): EdgeConfig {
  const { map, ...who } = identity(env, 'frontend', 'Frontend')
  const discovery = readDiscovery(env.BACKENDS, map)
  return {
    ...who,
    backends: readBackends(discovery === undefined ? env.BACKENDS : undefined, map),
    discovery,
    applications: clusterRows(map, discovery !== undefined),
    algorithm: oneOf(env, 'BALANCE', ALGORITHMS, 'round-robin'),
    retryStatuses: readRetryStatuses(env.RETRY_ON),
    graceMs: integer(env, 'DRAIN_GRACE', { byDefault: 500, min: 0, max: 10_000 }),
    workers: integer(env, 'WORKERS', { byDefault: 1, min: 1, max: 64 }),
    maxConnections: integer(env, 'MAX_CONNECTIONS', { byDefault: 16_384, min: 1, max: 1_000_000 }),
    checks: readCheckSettings(env, BACKEND_CHECKS),
    limits: { ...DEFAULT_LIMITS, scope: oneOf(env, 'RATE_LIMIT', SCOPES, DEFAULT_LIMITS.scope) },
    edges: hostsOf(map, 'frontend').length,
  }
}

/** `RETRY_ON=502,503`: only gateway errors; any other response of a backend is passed on. Empty: none. */
function readRetryStatuses(text: string | undefined): readonly number[] {
  if (text === undefined) return DEFAULT_RETRY_STATUSES
  if (text === '') return []
  return text.split(',').map(status => {
    if (!/^50[234]$/.test(status))
      throw new SettingError(
        'RETRY_ON',
        text,
        'use 502, 503 ou 504, separados por vírgulas · use 502, 503 or 504, separated by commas',
      )
    return Number(status)
  })
}

/**
 * `BACKENDS`: addresses separated by commas, each `[name=]address[:port][*weight]`; by default backends 1–3 of the map.
 * (`dns:name` is read in discovery/settings.ts.)
 *
 * @throws SettingError that names the faulty entry
 */
export function readBackends(text: string | undefined, map: NetworkMap): BackendAddress[] {
  if (text === undefined || text === '') {
    return hostsOf(map, 'backend')
      .filter(host => !host.spare)
      .map(({ name, address, port }) => ({ name, address, port, weight: 1 }))
  }
  const backends = text.split(',').map(entry => readBackend(entry.trim(), text, map))
  const repeated = backends.find((backend, index) => backends.findIndex(other => other.name === backend.name) !== index)
  if (repeated) {
    const hint =
      `há dois backends chamados ${repeated.name}; use nome=endereço:porta · ` +
      `there are two backends named ${repeated.name}; use name=address:port`
    throw new SettingError('BACKENDS', text, hint)
  }
  return backends
}

function readBackend(entry: string, text: string, map: NetworkMap): BackendAddress {
  const match = /^(?:([A-Za-z0-9-]+)=)?([\d.]+)(?::(\d{1,5}))?(?:\*(\d{1,3}))?$/.exec(entry)
  const address = match?.[2] ?? ''
  const known = hostAt(map, address)
  const port = Number(match?.[3] ?? known?.port ?? 3000)
  const weight = Number(match?.[4] ?? 1)
  if (!isIPv4(address) || port < 1 || port > 65_535 || weight < 1 || weight > 100) {
    const hint =
      `"${entry}" não é um backend; use [nome=]endereço[:porta][*peso] ou dns:nome · ` +
      `"${entry}" is not a backend; use [name=]address[:port][*weight], as in backend1=127.20.0.10:3000*2, or dns:name`
    throw new SettingError('BACKENDS', text, hint)
  }
  return { name: match?.[1] ?? known?.name ?? `${address}:${port}`, address, port, weight }
}
