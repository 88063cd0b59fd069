/**
 * How long anybody may take, in milliseconds. One sweep looks at all deadlines, so they are kept to a quarter of a second.
 *
 * Read beside: RFC 9112 §9.5 (failures and timeouts), failures.ts (what is answered when one is missed)
 * Pure: numbers; `Deadlines` is told the time and calls back.
 */
import type { Clock } from '#shared/clock.ts'

export const DEFAULT_TIMEOUTS = {
  /** From the first octet of a head (or the connection's begin) to its end. Slow heads are the cheapest attack there is. */
  head: 10_000,
  /** Between two requests on one connection. Short, because an open connection hides DNS round robin from its user. */
  keepAlive: 15_000,
  /** For the first request of a connection that is open when the edge begins to stop. */
  firstRequest: 1_000,
  /** Between two pieces of a request body. */
  bodyIdle: 10_000,
  /** A whole body: this long, and 1 s more for every `bodyRate` octets that have come. */
  body: 20_000,
  /** Until a client that does not read has made room again. */
  reader: 30_000,
  /** To a backend. It lives next door: one lost SYN is repeated after 1 s, a second loss is too long. */
  connect: 2_000,
  /** Until a backend has made room for more of the request. */
  write: 10_000,
  /** From the end of the request to the first octet of the answer. */
  firstByte: 30_000,
  /** Between two pieces of an answer. */
  response: 30_000,
  /** A whole exchange, tunnels excepted. */
  total: 600_000,
  /** A tunnel through which nothing passes; WebSocket peers ping each other more often than this. */
  tunnelIdle: 300_000,
  /** An idle connection to a backend; shorter than the 5 s after which node:http closes one from its side. */
  upstreamIdle: 4_000,
  /** Since its last answer, a connection to a backend is good for a request that may not be repeated (balance/retry.ts). */
  justAnswered: 1_000,
  /** From a client's half-close to giving up: an orderly half-close may still want its answer, an abort looks the same. */
  halfClosed: 1_000,
  /** Reading on after the last response, so that its octets are not lost to a reset (RFC 9112 §9.6). */
  linger: 2_000,
}

export type Timeouts = Readonly<typeof DEFAULT_TIMEOUTS>

/** Octets per second that a request body must reach after `Timeouts.body`. */
export const BODY_RATE = 1024

/** When a body that began at `begun` and of which `received` octets have come must be complete, at the latest. */
export function bodyDeadline(begun: number, received: number, timeouts: Timeouts): number {
  return begun + timeouts.body + (received / BODY_RATE) * 1000
}

export interface Expiring {
  /** On the clock's `now()`; Infinity for none. */
  deadline: number
  expired(): void
}

const SWEEP_MS = 250

/** Looks at everything that may expire, four times a second: setting a deadline is then no more than writing a number. */
export class Deadlines {
  readonly #clock: Clock
  readonly #members = new Set<Expiring>()
  #timer: { cancel(): void }

  constructor(clock: Clock) {
    this.#clock = clock
    this.#timer = this.#schedule()
  }

  add(member: Expiring): void {
    this.#members.add(member)
  }

  delete(member: Expiring): void {
    this.#members.delete(member)
  }

  stop(): void {
    this.#timer.cancel()
  }

  #schedule(): { cancel(): void } {
    return this.#clock.after(SWEEP_MS, () => {
      const now = this.#clock.now()
      for (const member of this.#members) if (member.deadline <= now) member.expired()
      this.#timer = this.#schedule()
    })
  }
}
