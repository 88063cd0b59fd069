/**
 * The frontends' health and the answers: who goes down leaves the answers, unless health is switched off.
 *
 * Read beside: checker.ts (who is down), health.ts (what is left out), answer/orderer.ts (`unusable`, where it plugs in)
 * Touches the world: through checker.ts.
 */
import type { Clock } from '#shared/clock.ts'
import type { Events } from '#shared/events.ts'
import type { Lifecycle } from '#shared/lifecycle.ts'
import type { Host } from '#shared/network-map.ts'
import type { Orderer } from '../answer/orderer.ts'
import { Checker } from './checker.ts'
import { unusablePositions } from './health.ts'

export interface Frontends {
  readonly enabled: { enabled: boolean }
  /** To be called after `enabled` was changed. */
  apply(): void
  report: Checker['report']
}

/** Begins to check. @param enabled whether the outcome matters to the answers; the checks go on either way */
export function watchFrontends(
  hosts: readonly Host[],
  enabled: boolean,
  orderer: Orderer,
  events: Events,
  clock: Clock,
  { log, onStop }: Lifecycle,
): Frontends {
  const state = { enabled }
  const apply = () => {
    const matters = state.enabled && checker.anyDown
    orderer.unusable = matters ? rrset => unusablePositions(rrset, checker.isDown) : undefined
  }
  const checker = new Checker(hosts, clock, ({ host: { name, address }, healthy, why }) => {
    log.info(healthy ? 'frontend is up' : 'frontend is down', { name, address, why })
    events.publish('dns.health', () => ({ name, address, healthy, why }))
    apply()
  })
  checker.start()
  onStop(() => checker.stop())
  return { enabled: state, apply, report: () => checker.report() }
}
