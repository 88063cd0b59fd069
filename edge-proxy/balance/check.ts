/**
 * When each backend is checked, and how the results change its state.
 *
 *     every 2 s ──► probe ──► passed or failed ──► shared/health.ts ──► every 0.5 s while in doubt
 *
 * A request that fails brings the next check forward, and the end of a ban has a check of its own.
 *
 * Read beside: probe.ts (one check), shared/health.ts and ban.ts (the verdicts), HAProxy's `inter`, `fastinter`, `observe layer7`
 * Touches the world: through the probes; timers.
 */
import type { CheckSettings } from '#shared/check-settings.ts'
import type { Clock } from '#shared/clock.ts'
import { inDoubt, observe, UNKNOWN } from '#shared/health.ts'
import type { Backend } from './backend.ts'
import { checkPassed, failed, failedElsewhere, isBanned, NOT_BANNED } from './ban.ts'
import { type Finding, Probe } from './probe.ts'

/** Defaults of CHECK_* for backends. */
export const BACKEND_CHECKS: CheckSettings = { interval: 2_000, fastInterval: 500, timeout: 1_000, rise: 2, fall: 3 }

export interface HealthTransition {
  readonly backend: Backend
  readonly available: boolean
  /** `L7OK 200 in 3 ms`, or the length of a ban. */
  readonly check: string
}

/** What is called when checks have found something. */
export interface CheckListener {
  transition(transition: HealthTransition): void
  /** Any check has passed, also one that changed nothing. */
  passed(backend: Backend): void
  /** A check is over, and the time of the next one is set. */
  checked?(backend: Backend): void
}

/** What a cluster needs of its health checks. */
export interface ClusterChecks {
  /** Begins to check a backend. @returns when its first check is done, passed or not */
  watch(backend: Backend): Promise<void>
  unwatch(backend: Backend): Promise<void>
  /** A request to the backend failed by its fault: it may be banned for that, and is checked soon. */
  reportFailure(backend: Backend): void
  /** Checks it as soon as the fast interval allows. */
  hurry(backend: Backend): void
  stop(): Promise<void>
}

export class HealthChecks implements ClusterChecks {
  readonly #clock: Clock
  readonly #settings: CheckSettings
  readonly #listener: CheckListener
  readonly #checked = new Map<Backend, BackendChecks>()

  constructor(clock: Clock, settings: CheckSettings, listener: CheckListener) {
    this.#clock = clock
    this.#settings = settings
    this.#listener = listener
  }

  async watch(backend: Backend): Promise<void> {
    const checks = new BackendChecks(backend, this.#clock, this.#settings, this.#listener)
    this.#checked.set(backend, checks)
    await checks.check()
  }

  async unwatch(backend: Backend): Promise<void> {
    const checks = this.#checked.get(backend)
    this.#checked.delete(backend)
    await checks?.stop()
  }

  reportFailure(backend: Backend): void {
    this.#failed(backend, failed)
  }

  /** Requests to the backend failed in another worker (../workers/), which has banned it. */
  reportBan(backend: Backend): void {
    this.#failed(backend, failedElsewhere)
  }

  #failed(backend: Backend, banAfter: typeof failed): void {
    const now = this.#clock.now()
    const before = backend.ban
    backend.ban = banAfter(before, now)
    if (backend.ban.times > before.times) {
      const check = `requests failed, banned for ${(backend.ban.until - now) / 1000} s`
      this.#listener.transition({ backend, available: false, check })
    }
    this.hurry(backend)
  }

  hurry(backend: Backend): void {
    this.#checked.get(backend)?.hurry()
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#checked.keys()].map(backend => this.unwatch(backend)))
  }
}

/** The checks of one backend: its probe and its timer. */
class BackendChecks {
  readonly #backend: Backend
  readonly #clock: Clock
  readonly #settings: CheckSettings
  readonly #listener: CheckListener
  readonly #probe: Probe
  #timer: { cancel(): void } | undefined
  #begun = 0
  #stopped = false

  constructor(backend: Backend, clock: Clock, settings: CheckSettings, listener: CheckListener) {
    this.#backend = backend
    this.#clock = clock
    this.#settings = settings
    this.#listener = listener
    this.#probe = new Probe(backend.authority, backend.name, settings.timeout)
  }

  async check(): Promise<void> {
    this.#timer = undefined
    this.#begun = this.#clock.now()
    const finding = this.#inMaintenance ? undefined : await this.#probe.ask()
    if (this.#stopped) return
    if (this.#inMaintenance) this.#forget()
    else if (finding !== undefined) this.#apply(finding)
    this.#checkAfter(finding === undefined && !this.#inMaintenance ? this.#settings.fastInterval : this.#untilNext)
  }

  /** Milliseconds; the end of a ban comes before the ordinary interval, and not before the fast one. */
  get #untilNext(): number {
    const { interval, fastInterval } = this.#settings
    const { health, ban } = this.#backend
    if (inDoubt(health)) return fastInterval
    if (!ban.awaitsCheck) return interval
    return Math.min(interval, Math.max(fastInterval, ban.until - this.#clock.now()))
  }

  /** In maintenance, failures of the backend are not counted. */
  get #inMaintenance(): boolean {
    return this.#backend.mode === 'maintenance'
  }

  /** So that the first check after maintenance decides alone. */
  #forget(): void {
    this.#backend.health = UNKNOWN
    this.#backend.leaving = false
    this.#backend.lastCheck = undefined
  }

  #apply({ passed, text, leaving = false, stranger = false, label }: Finding): void {
    const backend = this.#backend
    const now = this.#clock.now()
    const { health: before, lastCheck: last } = backend
    const wasAvailable = before.healthy && !backend.leaving
    backend.health = observe(before, passed, this.#settings)
    // A backend that drains soon refuses connections. That does not make it available again while it still counts as healthy.
    backend.leaving = leaving || (backend.leaving && !passed && backend.health.healthy)
    backend.label = label ?? backend.label
    const timed = passed ? `${text} in ${Math.round(now - this.#begun)} ms` : text
    backend.lastCheck = {
      passed,
      text: timed,
      at: now,
      streak: last?.passed === passed ? last.streak + 1 : 1,
      stranger,
    }
    const available = backend.health.healthy && !backend.leaving
    // After a time of being down it is probably another process than the one that was banned.
    if (!before.healthy && backend.health.healthy) backend.ban = NOT_BANNED
    const wasBanned = isBanned(backend.ban, now)
    if (passed) backend.ban = checkPassed(backend.ban, now)
    const released = wasBanned && !isBanned(backend.ban, now) && available
    if (available !== wasAvailable || !before.known || released) {
      this.#listener.transition({ backend, available, check: timed })
    }
    if (passed) this.#listener.passed(backend)
  }

  hurry(): void {
    // Without a timer, a check is open.
    if (this.#timer === undefined || this.#stopped) return
    const earliest = this.#begun + this.#settings.fastInterval
    const wait = Math.max(0, earliest - this.#clock.now())
    if (this.#clock.now() + wait < (this.#backend.nextCheckAt ?? 0)) this.#checkAfter(wait)
  }

  #checkAfter(ms: number): void {
    this.#timer?.cancel()
    this.#backend.nextCheckAt = this.#clock.now() + ms
    this.#timer = this.#clock.after(ms, () => void this.check())
    this.#listener.checked?.(this.#backend)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#timer?.cancel()
    await this.#probe.close()
  }
}
