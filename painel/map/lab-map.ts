/**
 * The map as the painel shows it: each component with its state, and how the other components see it.
 *
 * Read beside: observer.ts (which asks the components), component-state.ts, edge-proxy/watch/status.ts and dns-server/main.ts (what they
 *   answer to `GET /status`)
 * Pure: answers in, a map out.
 */
import type { Host, HostApplication, HostRole, NetworkMap } from '#shared/network-map.ts'
import { componentState, type Observations, type ObservedState } from './component-state.ts'

export interface MapComponent {
  readonly name: string
  readonly role: HostRole
  readonly application: HostApplication
  readonly address: string
  readonly port: number
  readonly state: ObservedState
  readonly spare: boolean
  readonly pid: number | null
  /** When the launcher saw the last change of state: milliseconds since 1970. */
  readonly since: number | null
  /** How others see it, in their own words: `frontend1` → `UP going down 1/2`, `ns1` → `up`. */
  readonly health: Readonly<Record<string, string>>
  /** Requests or queries since its start; the page computes the rate. */
  readonly requests: number | null
  /** The faults in force (shared/faults.ts). */
  readonly faults: readonly unknown[]
  /** The settings that can be changed while it runs: rotation policy, algorithm, health checks in DNS answers. */
  readonly settings: Readonly<Record<string, unknown>>
}

export interface LabMap {
  readonly prefix: string
  readonly at: string
  /** Whether there is a launcher that can stop and start components. */
  readonly launcher: boolean
  readonly mayChange: boolean
  readonly components: readonly MapComponent[]
}

/** What was observed of one component. */
export interface Observed {
  readonly launcher: Observations['launcher']
  readonly pid?: number
  readonly since?: number
  /** The answer to `GET /status`; undefined when there was none. */
  readonly status?: Readonly<Record<string, unknown>>
}

/** The roles whose programs have an admin endpoint. */
const WITH_ADMIN: readonly HostRole[] = ['dns', 'backend', 'frontend', 'application']

export function hasAdmin({ role }: Host): boolean {
  return WITH_ADMIN.includes(role)
}

export function labMap(
  map: NetworkMap,
  observed: ReadonlyMap<string, Observed>,
  about: { readonly at: string; readonly launcher: boolean; readonly mayChange: boolean },
): LabMap {
  const hosts = map.hosts.filter(({ role, planned }) => !planned && role !== 'painel')
  const components = hosts.map(host => describe(host, observed))
  return { prefix: map.prefix, ...about, components }
}

function describe(host: Host, observed: ReadonlyMap<string, Observed>): MapComponent {
  const { launcher, pid = null, since = null, status } = observed.get(host.name) ?? { launcher: undefined }
  const state = componentState({
    launcher,
    answers: hasAdmin(host) ? status !== undefined : undefined,
    reached: reachedByBackends(host, observed),
  })
  return {
    name: host.name,
    role: host.role,
    application: host.application,
    address: host.address,
    port: host.port,
    state,
    spare: host.spare,
    pid,
    since,
    health: healthOf(host, observed),
    requests: requestsOf(status),
    faults: Array.isArray(status?.faults) ? status.faults : [],
    settings: settingsOf(status),
  }
}

/** The servers without an admin endpoint, whose state the programs that use them report: `up`, `down` or `starting`. */
function isStore(role: HostRole): boolean {
  return role === 'redis' || role === 'mysql' || role === 'kafka'
}

function reachedByBackends({ role }: Host, observed: ReadonlyMap<string, Observed>): boolean | undefined {
  if (!isStore(role)) return undefined
  const said = [...observed.values()].flatMap(({ status }) => {
    const state = status?.[role]
    return typeof state === 'string' ? [state === 'up'] : []
  })
  return said.length === 0 ? undefined : said.includes(true)
}

function healthOf(host: Host, observed: ReadonlyMap<string, Observed>): Record<string, string> {
  const health: Record<string, string> = {}
  for (const [observer, { status }] of observed) {
    if (status === undefined) continue
    if (host.role === 'backend') {
      const row = rowNamed(status.backends, host.name)
      if (typeof row?.state === 'string') health[observer] = row.state
    } else if (host.role === 'frontend') {
      const row = rowNamed((status.health as { frontends?: unknown } | undefined)?.frontends, host.name)
      if (row !== undefined) health[observer] = row.healthy === true ? 'up' : 'down'
    } else if (isStore(host.role) && typeof status[host.role] === 'string') {
      health[observer] = String(status[host.role])
    }
  }
  return health
}

function rowNamed(rows: unknown, name: string): Record<string, unknown> | undefined {
  if (!Array.isArray(rows)) return undefined
  return rows.find(row => row?.name === name)
}

function requestsOf(status: Observed['status']): number | null {
  const count = status?.requests ?? status?.queries
  return typeof count === 'number' ? count : null
}

const SETTINGS = ['order', 'algorithm', 'sessions', 'health', 'limits', 'draining'] as const

function settingsOf(status: Observed['status']): Record<string, unknown> {
  if (status === undefined) return {}
  return Object.fromEntries(SETTINGS.filter(name => name in status).map(name => [name, status[name]]))
}
