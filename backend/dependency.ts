/**
 * A service that the backend needs: Redis, MySQL. It is probed about once a second. `/status` shows the result of the last probe,
 * and the log has one line when the service goes down and one when it is up again.
 *
 * Read beside: mysql/mysql.ts and redis/redis.ts (the probes), routes/status.ts
 * Touches the world: only through the probe that it is given.
 */
import type { Clock } from '#shared/clock.ts'
import { describeError, type Log } from '#shared/log.ts'

export type DependencyState = 'starting' | 'up' | 'down'

export interface DependencyOptions {
  readonly name: string
  /**
   * Resolves when the service has done a small piece of real work, rejects when it has not. Must settle: until then the last state
   * is shown (about 1 s for Redis, 4 s for MySQL; the first time, with migrations, half a minute for each statement).
   */
  readonly probe: () => Promise<void>
  readonly clock: Clock
  readonly log: Log
}

/** Milliseconds between the end of one probe and the next. Shorter while the service is down, so that its return is seen soon. */
const EVERY_MS = { up: 1000, starting: 100, down: 250 } as const

export class Dependency {
  readonly name: string
  state: DependencyState = 'starting'
  /** Why it is not up, in one sentence; undefined while it is up. */
  why: string | undefined
  readonly #options: DependencyOptions
  #timer: { cancel(): void } | undefined
  #stopped = false

  constructor(options: DependencyOptions) {
    this.name = options.name
    this.#options = options
  }

  /** Probes now, and again and again until {@link stop}. Resolves after the first probe, whatever its result. */
  async start(): Promise<void> {
    try {
      await this.#options.probe()
      this.#setState('up', undefined)
    } catch (error) {
      this.#setState('down', describeError(error))
    }
    if (this.#stopped) return
    this.#timer = this.#options.clock.after(EVERY_MS[this.state], () => void this.start())
  }

  stop(): void {
    this.#stopped = true
    this.#timer?.cancel()
  }

  #setState(state: DependencyState, why: string | undefined): void {
    if (this.#stopped) return
    if (state !== this.state) {
      if (state === 'up') this.#options.log.info(`${this.name} is up`)
      else this.#options.log.warn(`${this.name} is down`, { why })
    }
    this.state = state
    this.why = why
  }
}
