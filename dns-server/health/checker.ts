/**
 * The checker: asks each frontend, at its own address, whether it is well. It never asks for `www`: a round robin seen from
 * outside is not disturbed by it.
 *
 * Read beside: shared/health.ts (what the outcomes mean), health.ts (what follows for the answers)
 * Touches the world: GET /healthz, once a second and frontend.
 */
import type { Clock } from '#shared/clock.ts'
import { type Health, observe, type Thresholds } from '#shared/health.ts'
import { HealthProbe } from '#shared/health-probe.ts'
import { describeError } from '#shared/log.ts'
import type { Host } from '#shared/network-map.ts'

/** Milliseconds from the end of one check to the next. */
const INTERVAL = 1_000
/** Milliseconds that a frontend has for its answer, from the first attempt to connect to the last octet. */
const TIMEOUT = 1_000
/**
 * Milliseconds from the checker's start in which a frontend that has never answered counts as starting, not as down: the whole
 * lab starts at once, and the rotation is strict from the first answer on.
 */
const GRACE = 15_000

/** One lost check is a hiccup, two are an outage. */
const THRESHOLDS: Thresholds = { rise: 2, fall: 2 }

/** A frontend stays in the answers until checks have failed. */
const PRESUMED_UP: Health = { healthy: true, disagreeing: 0, known: true }

export interface Transition {
  readonly host: Host
  readonly healthy: boolean
  readonly why: string
}

export class Checker {
  readonly #hosts: readonly Host[]
  readonly #clock: Clock
  readonly #onTransition: (transition: Transition) => void
  readonly #health = new Map<string, Health>()
  readonly #seenUp = new Set<string>()
  #startedAt = 0
  readonly #probes: ReadonlyMap<string, HealthProbe>
  #stopped = false
  /** Checks whose outcome is known. */
  checks = 0

  constructor(hosts: readonly Host[], clock: Clock, onTransition: (transition: Transition) => void) {
    this.#hosts = hosts
    this.#clock = clock
    this.#onTransition = onTransition
    const probeOf = ({ address, port }: Host) => new HealthProbe(`${address}:${port}`, TIMEOUT, clock)
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

  /** Bound, to be handed on. Addresses that are not checked are never down. */
  readonly isDown = (address: string): boolean => this.#health.get(address)?.healthy === false

  get anyDown(): boolean {
    return this.#hosts.some(({ address }) => this.isDown(address))
  }

  /** Each frontend's name and health, for `GET /status`. */
  report(): { name: string; address: string; healthy: boolean }[] {
    return this.#hosts.map(({ name, address }) => ({ name, address, healthy: !this.isDown(address) }))
  }

  async #watch(host: Host): Promise<void> {
    const { passed, why } = await this.#check(host)
    if (this.#stopped) return
    const before = this.#health.get(host.address) ?? PRESUMED_UP
    if (passed) this.#seenUp.add(host.address)
    const starting = !this.#seenUp.has(host.address) && this.#clock.now() - this.#startedAt < GRACE
    const after = starting ? before : observe(before, passed, THRESHOLDS)
    this.#health.set(host.address, after)
    if (after.healthy !== before.healthy) this.#onTransition({ host, healthy: after.healthy, why })
    this.#clock.after(INTERVAL, () => void this.#watch(host))
    this.checks++
  }

  async #check({ address }: Host): Promise<{ passed: boolean; why: string }> {
    const outcome = await (this.#probes.get(address) as HealthProbe).ask()
    if ('error' in outcome) return { passed: false, why: describeError(outcome.error) }
    return { passed: outcome.status === 200, why: `/healthz says ${outcome.status}` }
  }
}
