/**
 * The checker: requests `/healthz` from each frontend at its own address. It never asks for `www`, so the round robin seen from outside
 * is not disturbed.
 *
 * Read beside: shared/health.ts (rise and fall), shared/health-probe.ts (one check), health.ts (the effect on answers)
 * Touches the world: GET /healthz, twice a second for each frontend.
 */
import type { CheckSettings } from '#shared/check-settings.ts'
import type { Clock } from '#shared/clock.ts'
import { type Health, inDoubt, observe } from '#shared/health.ts'
import { HealthProbe } from '#shared/health-probe.ts'
import { describeError } from '#shared/log.ts'
import type { Host } from '#shared/network-map.ts'
import type { AddressHealth } from './health.ts'

/**
 * Defaults of CHECK_* for frontends. A frontend that stops answering is down after at most interval + timeout + fastInterval + timeout
 * = 2 s. One lost check is not enough to change the state, two are.
 */
export const FRONTEND_CHECKS: CheckSettings = { interval: 500, fastInterval: 100, timeout: 700, rise: 2, fall: 2 }
/**
 * Milliseconds after the start of the checker in which a frontend that has never answered counts as starting, not as down. All
 * components of the lab start together, and the rotation is strict from the first answer on.
 */
const GRACE = 15_000

/** A frontend stays in the answers until checks have failed. */
const PRESUMED_UP: Health = { healthy: true, disagreeing: 0, known: true }

export interface Transition {
  readonly host: Host
  readonly healthy: boolean
  readonly why: string
}

export interface CheckerListener {
  /** A frontend went up or down. */
  changed(transition: Transition): void
  /** A check has ended. */
  checked(): void
}

export class Checker {
  readonly #hosts: readonly Host[]
  readonly #clock: Clock
  readonly #settings: CheckSettings
  readonly #listener: CheckerListener
  readonly #health = new Map<string, Health>()
  readonly #seenUp = new Set<string>()
  #startedAt = 0
  readonly #probes: ReadonlyMap<string, HealthProbe>
  #stopped = false
  /** Checks that have ended. */
  checks = 0

  constructor(hosts: readonly Host[], clock: Clock, settings: CheckSettings, listener: CheckerListener) {
    this.#hosts = hosts
    this.#clock = clock
    this.#settings = settings
    this.#listener = listener
    const probeOf = ({ address, port }: Host) => new HealthProbe(`${address}:${port}`, settings.timeout, clock)
    this.#probes = new Map(hosts.map(host => [host.address, probeOf(host)]))
  }

  start(): void {
    this.#startedAt = this.#clock.now()
    for (const host of this.#hosts) void this.#watch(host)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.all([...this.#probes.values()].map(probe => probe.close()))
  }

  /** The health of one address; undefined when it is not checked. Bound, to be passed on. */
  readonly healthOf = (address: string): AddressHealth | undefined => {
    const health = this.#health.get(address)
    return health && { down: !health.healthy, changeIn: changeIn(health, this.#settings) }
  }

  /** Whether any frontend is down, or its last check disagrees with its state. */
  get anyUncertain(): boolean {
    return [...this.#health.values()].some(health => changeIn(health, this.#settings) !== undefined)
  }

  /** Each frontend's name and health, for `GET /status`. */
  report(): { name: string; address: string; healthy: boolean }[] {
    return this.#hosts.map(({ name, address }) => ({ name, address, healthy: this.healthOf(address)?.down !== true }))
  }

  async #watch(host: Host): Promise<void> {
    const { passed, why } = await this.#check(host)
    if (this.#stopped) return
    const before = this.#health.get(host.address) ?? PRESUMED_UP
    if (passed) this.#seenUp.add(host.address)
    const starting = !this.#seenUp.has(host.address) && this.#clock.now() - this.#startedAt < GRACE
    const after = starting ? before : observe(before, passed, this.#settings)
    this.#health.set(host.address, after)
    if (after.healthy !== before.healthy) this.#listener.changed({ host, healthy: after.healthy, why })
    this.#listener.checked()
    this.#clock.after(
      inDoubt(after) ? this.#settings.fastInterval : this.#settings.interval,
      () => void this.#watch(host),
    )
    this.checks++
  }

  async #check({ address }: Host): Promise<{ passed: boolean; why: string }> {
    const outcome = await (this.#probes.get(address) as HealthProbe).ask()
    if ('error' in outcome) return { passed: false, why: describeError(outcome.error) }
    return { passed: outcome.status === 200, why: `/healthz answers ${outcome.status}` }
  }
}

/** Milliseconds until the state can change at the earliest; undefined while it is up and the last check agrees. */
function changeIn(health: Health, { interval, fastInterval, rise, fall }: CheckSettings): number | undefined {
  if (health.healthy && !inDoubt(health)) return undefined
  const missing = (health.healthy ? fall : rise) - health.disagreeing
  const first = inDoubt(health) ? fastInterval : interval
  return first + (missing - 1) * fastInterval
}
