/**
 * Health: the path of a health check, and what one more check changes.
 *
 *     up ──fail──► up, going down 1/3 ──fail──► 2/3 ──fail──► down
 *     down ──pass──► down, going up 1/2 ──pass──► up
 *
 * Read beside: health-probe.ts (one check), HAProxy's configuration manual, "rise" and "fall"
 * Pure.
 */

/** 200 while the component should get traffic, 503 from the moment it drains. Requests for it are health probes. */
export const HEALTH_PATH = '/healthz'

export interface Health {
  readonly healthy: boolean
  /** Checks in a row that disagree with `healthy`. */
  readonly disagreeing: number
  /** False before the first check, which decides alone. */
  readonly known: boolean
}

export interface Thresholds {
  /** Passed checks in a row until what was down counts as up. */
  readonly rise: number
  /** Failed checks in a row until what was up counts as down. */
  readonly fall: number
}

/** Nothing is sent before the first check has passed. */
export const UNKNOWN: Health = { healthy: false, disagreeing: 0, known: false }

/** The health after one more check. */
export function observe(health: Health, passed: boolean, { rise, fall }: Thresholds): Health {
  if (!health.known) return { healthy: passed, disagreeing: 0, known: true }
  if (passed === health.healthy) return { ...health, disagreeing: 0 }
  const disagreeing = health.disagreeing + 1
  return disagreeing < (passed ? rise : fall)
    ? { ...health, disagreeing }
    : { healthy: passed, disagreeing: 0, known: true }
}

/** Whether the last checks disagree with the state: then the next check should be made soon. */
export function inDoubt(health: Health): boolean {
  return health.disagreeing > 0
}
