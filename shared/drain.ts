/**
 * Draining: when a listening socket may be closed without resetting a client that has not yet noticed that this program stops.
 *
 * Read beside: edge-proxy/edge.ts and backend/http/drain.ts (which use it), dns-server/health/checker.ts and
 *   edge-proxy/balance/check.ts (how long it takes until clients are sent elsewhere)
 * Pure but for the clock and the turns of the event loop: opens nothing, closes nothing.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from './clock.ts'

export interface Arrivals {
  /** Connections accepted so far. */
  accepted(): number
  /** Connections open now; without it, open connections do not count. */
  open?(): number | Promise<number>
}

export interface QuietTimes {
  /** Milliseconds from one look to the next. */
  readonly interval: number
  /** Looks in a row that must find no new connection, and none open. */
  readonly looks: number
  /** Milliseconds after which it is quiet enough in any case. */
  readonly patience: number
}

/**
 * Waits until no new connection arrives, at most for `patience` milliseconds. Then accepts the connections that the kernel already holds
 * for the listening socket: they would be reset with it.
 */
export async function untilQuiet(
  { accepted, open = () => 0 }: Arrivals,
  { interval, looks, patience }: QuietTimes,
  clock: Clock,
): Promise<void> {
  const deadline = clock.now() + patience
  for (let quiet = 0, before = accepted(); quiet < looks && clock.now() < deadline; ) {
    await new Promise<void>(resolve => clock.after(interval, resolve))
    // On a busy machine the timer may run before the connections that arrived earlier are accepted.
    await nextTurn()
    quiet = accepted() > before || (await open()) > 0 ? 0 : quiet + 1
    before = accepted()
  }
  await acceptWaiting(accepted)
}

/** One connection is accepted in each turn of the loop, so a turn without a new one means that none is waiting. */
async function acceptWaiting(accepted: () => number): Promise<void> {
  for (let before = -1; before < accepted(); ) {
    before = accepted()
    await nextTurn()
  }
}
