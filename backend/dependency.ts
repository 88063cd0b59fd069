/**
 * Something that the backend needs and that may be away: asked every second whether it is there, so that `/status` knows
 * without asking, and the log says once when it goes and once when it comes.
 *
 * Read beside: mysql/mysql.ts and redis/redis.ts (each brings its probe), routes/status.ts
 * Touches the world: only through the probe it is given.
 */
import type { Clock } from '#shared/clock.ts'
import { describeError, type Log } from '#shared/log.ts'

export type DependencyState = 'starting' | 'up' | 'down'

export interface DependencyOptions {
  readonly name: string
  /**
   * Resolves when the dependency did what it is there for. Must settle: until it does, the last state stands (about 1 s for Redis,
   * 4 s for MySQL; the first time, with migrations, half a minute for each statement).
   */
  readonly probe: () => Promise<void>
  readonly clock: Clock
  readonly log: Log
}

/** Milliseconds between the end of one probe and the next. Shorter while it is away: nobody should wait for its return. */
const EVERY_MS = { up: 1000, starting: 100, down: 250 } as const

export class Dependency {
  readonly name: string
  state: DependencyState = 'starting'
  /** Why it is not up, in one sentence; undefined while it is. */
  why: string | undefined
  readonly #options: DependencyOptions
  #timer: { cancel(): void } | undefined
  #stopped = false

  constructor(options: DependencyOptions) {
    this.name = options.name
    this.#options = options
  }

  /** Probes now, and from then on until {@link stop}. Resolves after the first probe, whatever it found. */
  async start(): Promise<void> {
    try {
      await this.#options.probe()
      this.#turn('up', undefined)
    } catch (error) {
      this.#turn('down', describeError(error))
    }
    if (this.#stopped) return
    this.#timer = this.#options.clock.after(EVERY_MS[this.state], () => void this.start())
  }

  stop(): void {
    this.#stopped = true
    this.#timer?.cancel()
  }

  #turn(state: DependencyState, why: string | undefined): void {
    if (this.#stopped) return
    if (state !== this.state) {
      if (state === 'up') this.#options.log.info(`${this.name} is up`)
      else this.#options.log.warn(`${this.name} is down`, { why })
    }
    this.state = state
    this.why = why
  }
}
