/**
 * Health as a pure reducer: what one more check makes of what was known.
 *
 *     up ──fail──► up, going down 1/3 ──fail──► 2/3 ──fail──► down
 *     down ──pass──► down, going up 1/2 ──pass──► up
 *
 * Read beside: check.ts (which makes the checks), HAProxy's configuration manual, "rise" and "fall"
 * Pure.
 */

export interface Health {
  readonly healthy: boolean
  /** Checks in a row that disagree with `healthy`. */
  readonly disagreeing: number
  /** False until the first check: nobody is sent anything before that, and that check decides alone. */
  readonly known: boolean
}

export interface Thresholds {
  /** Passed checks in a row until a backend that is down counts as up. */
  readonly rise: number
  /** Failed checks in a row until a backend that is up counts as down. */
  readonly fall: number
}

export const UNKNOWN: Health = { healthy: false, disagreeing: 0, known: false }
export const DEFAULT_THRESHOLDS: Thresholds = { rise: 2, fall: 3 }

export function observe(health: Health, passed: boolean, { rise, fall }: Thresholds): Health {
  if (!health.known) return { healthy: passed, disagreeing: 0, known: true }
  if (passed === health.healthy) return { ...health, disagreeing: 0 }
  const disagreeing = health.disagreeing + 1
  return disagreeing < (passed ? rise : fall)
    ? { ...health, disagreeing }
    : { healthy: passed, disagreeing: 0, known: true }
}

/** Whether the last checks disagree with what is believed: then it is worth looking again soon. */
export function inDoubt(health: Health): boolean {
  return health.disagreeing > 0
}
