/**
 * Whether the painel is in use. Only then are the components followed: an observed component works more for each request, and an idle lab
 * must be idle.
 *
 * Read beside: painel.ts
 * Pure but for the clock that it is given.
 */
import type { Clock } from '#shared/clock.ts'

/** How long after the last request to the painel it counts as in use, without an open page. */
const LINGER_MS = 120_000

export class Attention {
  readonly #clock: Clock
  readonly #begin: () => void
  readonly #end: () => void
  #pages = 0
  #timer: { cancel(): void } | undefined
  #on = false

  constructor(clock: Clock, begin: () => void, end: () => void) {
    this.#clock = clock
    this.#begin = begin
    this.#end = end
  }

  get on(): boolean {
    return this.#on
  }

  /** The painel was used. */
  touch(): void {
    this.#timer?.cancel()
    this.#timer = this.#clock.after(LINGER_MS, () => this.#endIfUnused())
    if (this.#on) return
    this.#on = true
    this.#begin()
  }

  /** A page follows the live events, until the returned function is called. */
  hold(): () => void {
    this.touch()
    this.#pages++
    let held = true
    return () => {
      if (!held) return
      held = false
      this.#pages--
      this.touch()
    }
  }

  #endIfUnused(): void {
    if (this.#pages > 0) return
    this.#on = false
    this.#end()
  }
}
