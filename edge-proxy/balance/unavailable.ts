/**
 * Which backends get no requests, and why, as a field of each response: `X-Unavailable: backend2;why=refused, backend3;why=drain`.
 * The page draws these machines differently, and names the command that starts them.
 *
 * Read beside: availability.ts (the decision), probe.ts (the words of a check), ../public/report.js (the sentences)
 * Pure: records in, text out.
 */
import { isAvailable } from './availability.ts'
import type { Backend } from './backend.ts'

/**
 * - `drain`, `maintenance`: set by people
 * - `leaving`: its /healthz says that it is about to stop
 * - `refused`: it refuses connections
 * - `timeout`: no connection, or no response to a check in time
 * - `check`: a check fails for another reason
 * - `rising`: its last check passed, and another one is needed
 * - `failing`: banned, because requests to it failed
 */
export type UnavailableReason =
  | 'drain'
  | 'maintenance'
  | 'leaving'
  | 'refused'
  | 'timeout'
  | 'check'
  | 'rising'
  | 'failing'

/** The value of X-Unavailable; undefined while every backend is available. A backend that was never checked is left out. */
export function unavailableField(backends: readonly Backend[], now: number): string | undefined {
  let field: string | undefined
  for (const backend of backends) {
    if (isAvailable(backend, now) || (!backend.health.known && backend.mode === 'ready')) continue
    const element = `${backend.name};why=${reasonOf(backend)}`
    field = field === undefined ? element : `${field}, ${element}`
  }
  return field
}

function reasonOf({ mode, leaving, health, lastCheck }: Backend): UnavailableReason {
  if (mode !== 'ready') return mode
  if (leaving) return 'leaving'
  if (health.healthy) return 'failing'
  if (lastCheck?.passed) return 'rising'
  const text = lastCheck?.text ?? ''
  if (/^L4CON .*(?:ECONNREFUSED|refused)/.test(text)) return 'refused'
  return /^(?:L4TOUT|L7TOUT|L4CON) /.test(text) ? 'timeout' : 'check'
}
