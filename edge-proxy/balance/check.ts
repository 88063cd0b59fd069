/**
 * When each backend is checked, and what the checks make of it.
 *
 *     every 2 s ──► probe ──► passed or failed ──► health.ts ──► every 0.5 s while in doubt
 *
 * A request that fails brings the next check forward: why wait for what is suspected already?
 *
 * Read beside: probe.ts (one check), shared/health.ts and ban.ts (the verdicts), HAProxy's `inter`, `fastinter`, `observe layer7`
 * Touches the world: through the probes; timers.
 */
import type { CheckSettings } from '#shared/check-settings.ts'
import type { Clock } from '#shared/clock.ts'
import { inDoubt, observe, UNKNOWN } from '#shared/health.ts'
import type { Backend } from './backend.ts'
import { failed, NOT_BANNED } from './ban.ts'
import { type Finding, Probe } from './probe.ts'

/** Defaults of CHECK_* for backends. */
export const BACKEND_CHECKS: CheckSettings = { interval: 2_000, fastInterval: 500, timeout: 1_000, rise: 2, fall: 3 }

export interface HealthTransition {
  readonly backend: Backend
  readonly available: boolean
  /** `L7OK 200 in 3 ms`, or for how long requests have got it banned. */
  readonly check: string
}

export class HealthChecks {
  readonly #clock: Clock
  readonly #settings: CheckSettings
  readonly #onTransition: (transition: HealthTransition) => void
  readonly #watched = new Map<Backend, Watched>()

  constructor(clock: Clock, settings: CheckSettings, onTransition: (transition: HealthTransition) => void) {
    this.#clock = clock
    this.#settings = settings
    this.#onTransition = onTransition
  }

  /** Begins to check a backend. @returns when its first check is done, passed or not */
  async watch(backend: Backend): Promise<void> {
    const watched = new Watched(backend, this.#clock, this.#settings, this.#onTransition)
    this.#watched.set(backend, watched)
    await watched.check()
  }

  async unwatch(backend: Backend): Promise<void> {
    const watched = this.#watched.get(backend)
    this.#watched.delete(backend)
    await watched?.stop()
  }

  /** A request to it got no answer: it may be banned for that, and is checked soon. */
  reportFailure(backend: Backend): void {
    const now = this.#clock.now()
    const before = backend.ban
    backend.ban = failed(before, now)
    if (backend.ban.times > before.times) {
      const check = `requests failed, banned for ${(backend.ban.until - now) / 1000} s`
      this.#onTransition({ backend, available: false, check })
    }
    this.hurry(backend)
  }

  /** Checks it as soon as the fast interval allows. */
  hurry(backend: Backend): void {
    this.#watched.get(backend)?.hurry()
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#watched.keys()].map(backend => this.unwatch(backend)))
  }
}

/** One backend, its probe and its timer. */
class Watched {
  readonly #backend: Backend
  readonly #clock: Clock
  readonly #settings: CheckSettings
  readonly #onTransition: (transition: HealthTransition) => void
  readonly #probe: Probe
  #timer: { cancel(): void } | undefined
  #begun = 0
  #stopped = false

  constructor(
    backend: Backend,
    clock: Clock,
    settings: CheckSettings,
    onTransition: (transition: HealthTransition) => void,
  ) {
    this.#backend = backend
    this.#clock = clock
    this.#settings = settings
    this.#onTransition = onTransition
    this.#probe = new Probe(backend.authority, backend.name, settings.timeout)
  }

  async check(): Promise<void> {
    this.#timer = undefined
    this.#begun = this.#clock.now()
    const finding = this.#isLeftAlone ? undefined : await this.#probe.ask()
    if (this.#stopped) return
    if (this.#isLeftAlone) this.#forget()
    else if (finding !== undefined) this.#take(finding)
    this.#checkAfter(inDoubt(this.#backend.health) ? this.#settings.fastInterval : this.#settings.interval)
  }

  /** Whatever happens to it in maintenance is intended. */
  get #isLeftAlone(): boolean {
    return this.#backend.mode === 'maintenance'
  }

  /** So that its first check decides alone when it is back. */
  #forget(): void {
    this.#backend.health = UNKNOWN
    this.#backend.leaving = false
    this.#backend.lastCheck = undefined
  }

  #take({ passed, text, leaving = false, stranger = false, label }: Finding): void {
    const backend = this.#backend
    const now = this.#clock.now()
    const { health: before, lastCheck: last } = backend
    const wasAvailable = before.healthy && !backend.leaving
    backend.health = observe(before, passed, this.#settings)
    backend.leaving = leaving
    backend.label = label ?? backend.label
    const timed = passed ? `${text} in ${Math.round(now - this.#begun)} ms` : text
    backend.lastCheck = {
      passed,
      text: timed,
      at: now,
      streak: last?.passed === passed ? last.streak + 1 : 1,
      stranger,
    }
    const available = backend.health.healthy && !leaving
    // Who has come back is not who was banned.
    if (!before.healthy && backend.health.healthy) backend.ban = NOT_BANNED
    if (available !== wasAvailable || !before.known) this.#onTransition({ backend, available, check: timed })
  }

  hurry(): void {
    // Without a timer a check is under way.
    if (this.#timer === undefined || this.#stopped) return
    const earliest = this.#begun + this.#settings.fastInterval
    const wait = Math.max(0, earliest - this.#clock.now())
    if (this.#clock.now() + wait < (this.#backend.nextCheckAt ?? 0)) this.#checkAfter(wait)
  }

  #checkAfter(ms: number): void {
    this.#timer?.cancel()
    this.#backend.nextCheckAt = this.#clock.now() + ms
    this.#timer = this.#clock.after(ms, () => void this.check())
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#timer?.cancel()
    await this.#probe.close()
  }
}
