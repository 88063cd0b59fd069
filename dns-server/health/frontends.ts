/**
 * Connects the health of the frontends with the answers: a frontend that is down is left out, unless health is switched off.
 *
 * Read beside: checker.ts (which frontends are down), health.ts (the effect), ../answer/orderer.ts (`unusable`, where it plugs in)
 * Touches the world: through checker.ts.
 */
import type { CheckSettings } from '#shared/check-settings.ts'
import type { Clock } from '#shared/clock.ts'
import type { Events } from '#shared/events.ts'
import type { Lifecycle } from '#shared/lifecycle.ts'
import type { Host } from '#shared/network-map.ts'
import type { Orderer } from '../answer/orderer.ts'
import { Checker } from './checker.ts'
import { unusableAddresses } from './health.ts'

export interface Frontends {
  readonly enabled: { enabled: boolean }
  /** Must be called after `enabled` was changed. */
  apply(): void
  report: Checker['report']
}

/**
 * Starts the checks.
 *
 * @param enabled whether their outcome affects the answers; the checks run in any case
 * @param use     gets the rule for `Orderer.unusable` after each check; undefined while all frontends are up, so that the fast path may answer
 */
export function watchFrontends(
  hosts: readonly Host[],
  enabled: boolean,
  checks: CheckSettings,
  use: (unusable: Orderer['unusable']) => void,
  events: Events,
  clock: Clock,
  { log, onStop }: Lifecycle,
): Frontends {
  const state = { enabled }
  const apply = () => {
    const matters = state.enabled && checker.anyUncertain
    use(matters ? rrset => unusableAddresses(rrset, checker.healthOf) : undefined)
  }
  const checker = new Checker(hosts, clock, checks, {
    changed({ host: { name, address }, healthy, why }) {
      log.info(healthy ? 'frontend is up' : 'frontend is down', { name, address, why })
      events.publish('dns.health', () => ({ name, address, healthy, why }))
    },
    checked: apply,
  })
  checker.start()
  onStop(() => checker.stop())
  return { enabled: state, apply, report: () => checker.report() }
}
