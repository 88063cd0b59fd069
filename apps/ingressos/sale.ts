/**
 * The rules of the sale. At every moment: available + reserved + sold = total, and none of them is negative.
 *
 *     reserve ──► reserved ──► buy ──► bought
 *                    ├──► cancel ────► cancelled   the seats are available again
 *                    └──► its time is over ► expired     the same
 *
 * The database guards the same rules: each change is an UPDATE with the condition that is written here (reservations.ts).
 *
 * Read beside: sale.test.ts (the rules as properties), reservations.ts (the same in SQL), line/waiting-line.ts (the order of admission)
 * Pure: values in, values out.
 */

/** Seats of one reservation. */
export const MOST_SEATS = 4

export interface Seats {
  readonly total: number
  readonly available: number
}

export type ReservationState = 'reserved' | 'bought' | 'cancelled' | 'expired'

export interface ReservationFacts {
  readonly quantity: number
  readonly state: ReservationState
  /** Milliseconds since 1970, on the clock of the database. */
  readonly expiresAt: number
}

/** Why a reservation cannot be bought or cancelled. */
export type Obstacle = 'bought' | 'cancelled' | 'expired'

/** The seats after a reservation of `quantity`; undefined when there are not enough. */
export function reserve(seats: Seats, quantity: number): Seats | undefined {
  return seats.available >= quantity ? { ...seats, available: seats.available - quantity } : undefined
}

/** The seats after a reservation was cancelled or has expired. */
export function giveBack(seats: Seats, { quantity }: Pick<ReservationFacts, 'quantity'>): Seats {
  return { ...seats, available: seats.available + quantity }
}

/** What keeps a reservation from being bought or cancelled now; undefined when nothing does. */
export function obstacle({ state, expiresAt }: ReservationFacts, now: number): Obstacle | undefined {
  if (state !== 'reserved') return state
  return isOver({ expiresAt }, now) ? 'expired' : undefined
}

/** Whether its time is over. Its seats return when a server notices it (expiry.ts); it cannot be bought from this moment on. */
export function isOver({ expiresAt }: Pick<ReservationFacts, 'expiresAt'>, now: number): boolean {
  return now >= expiresAt
}
