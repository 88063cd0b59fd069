/**
 * `wait NAME up|down`: waits until all health checks of a machine have seen that state. It prints the seconds since the machine was switched on or off;
 * they are too many for a check that had seen it before the command began.
 *
 * Read beside: dns-server/main.ts and edge-proxy/watch/status.ts (what `GET /status` answers)
 * Touches the world: asks the admin endpoints.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { type Host, hostNamed, hostsOf, type NetworkMap, networkMap } from '#shared/network-map.ts'
import { askAdmin } from '../admin-client.ts'
import { CommandError } from '../component-status.ts'
import { statusOf } from '../control-client.ts'
import type { LabCommand } from './lab-command.ts'

type SeenState = 'up' | 'down'

/** The parts of `GET /status` of a DNS server and of an edge proxy. */
export interface HealthStatus {
  readonly health?: { readonly frontends?: readonly { readonly name: string; readonly healthy: boolean }[] }
  readonly backends?: readonly { readonly name: string; readonly state: string }[]
}

const LIMIT_MS = 60_000
const LOOK_MS = 100

/** The DNS servers check the frontends; the edge proxies check all others that answer requests. */
export function checkersOf(map: NetworkMap, { role }: Host): readonly Host[] {
  if (role === 'frontend') return hostsOf(map, 'dns')
  return role === 'backend' || role === 'application' ? hostsOf(map, 'frontend') : []
}

/** `UP going down 1/2` is up: it still gets requests. Undefined when the machine is not among those that are checked. */
export function seenState(name: string, { health, backends }: HealthStatus): SeenState | undefined {
  const frontend = health?.frontends?.find(row => row.name === name)
  if (frontend !== undefined) return frontend.healthy ? 'up' : 'down'
  const backend = backends?.find(row => row.name === name)
  if (backend !== undefined) return backend.state.startsWith('UP') ? 'up' : 'down'
  return undefined
}

export const wait: LabCommand = {
  accepts: args => args.length === 2 && (args[1] === 'up' || args[1] === 'down'),
  run: async ([name = '', wanted], { folder, json, print }) => {
    const { prefix, ports, components } = await statusOf(folder)
    const map = networkMap(prefix, ports)
    const running = (host: Host) => components.some(({ name, state }) => name === host.name && state === 'running')
    const checkers = checkersOf(map, hostNamed(map, name)).filter(running)
    if (checkers.length === 0) throw new CommandError(`${name}: nenhuma verificação de saúde · no health check of it`)
    const { since = Date.now() } = components.find(component => component.name === name) ?? {}
    const saw = async (checker: Host) => {
      await untilSeen(checker, name, wanted as SeenState)
      const ms = Math.max(0, Date.now() - since)
      if (!json) print(` ${checker.name.padEnd(10)} ${name} ${wanted}  ${(ms / 1000).toFixed(1)} s`)
      return { checker: checker.name, ms }
    }
    const seen = await Promise.all(checkers.map(saw))
    if (json) print(JSON.stringify({ name, state: wanted, seen }))
    return 0
  },
}

/** @throws CommandError after a minute */
async function untilSeen(checker: Host, name: string, wanted: SeenState): Promise<void> {
  const begin = performance.now()
  for (;;) {
    const seen = seenState(name, await askAdmin<HealthStatus>(checker, '/status'))
    if (seen === wanted) return
    if (performance.now() - begin > LIMIT_MS) {
      const now = seen ?? 'não verificado · not checked'
      throw new CommandError(`${checker.name}, ${LIMIT_MS / 1000} s: ${name} ${now}`)
    }
    await pause(LOOK_MS)
  }
}
