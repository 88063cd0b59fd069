/**
 * An open-loop load: requests are due at fixed times, whether or not earlier ones have been answered, as with many independent users.
 *
 * A closed loop (the next request after the last response) sends less when the server is slow, and so measures too short times.
 *
 * Read beside: load.ts
 * Pure: numbers in, numbers out.
 */

export interface LoadPlan {
  /** Requests in all, 1 to 100,000. */
  readonly count: number
  /** Requests a second, at most 500. */
  readonly rate: number
  /** Requests under way at the same time, at most 200. A request beyond waits, and its waiting time counts. */
  readonly concurrency: number
}

const LOAD_LIMITS = { count: 100_000, rate: 500, concurrency: 200 } as const

/** @throws RangeError that names the number and its range */
export function checkPlan(plan: LoadPlan): LoadPlan {
  for (const key of ['count', 'rate', 'concurrency'] as const) {
    const value = plan[key]
    const whole = key === 'rate' || Number.isInteger(value)
    if (whole && value > 0 && value <= LOAD_LIMITS[key]) continue
    throw new RangeError(`${key}=${value}: de 1 a ${LOAD_LIMITS[key]} · 1 to ${LOAD_LIMITS[key]}`)
  }
  return plan
}

/** Milliseconds after the start at which request `index` (from 0) is due. */
export function dueAt(index: number, { rate }: LoadPlan): number {
  return (index * 1000) / rate
}
