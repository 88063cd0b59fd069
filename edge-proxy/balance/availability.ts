/**
 * Whether a backend may be picked, and if not, why not: the one place that decides it, and says it in words.
 *
 *     available = ready (nobody took it out) and not leaving by itself and healthy (active checks) and not banned (passive)
 *
 * Read beside: shared/health.ts, ban.ts, backend.ts, HAProxy's management manual, "set server … state"
 * Pure.
 */
import type { Backend } from './backend.ts'

/**
 * What people decided about a backend, as in HAProxy. `drain`: finish what is under way and keep who sticks to it, take
 * nobody new. `maintenance`: nothing at all, and it is not checked either.
 */
export type Mode = 'ready' | 'drain' | 'maintenance'

export const MODES: readonly Mode[] = ['ready', 'drain', 'maintenance']

export function isAvailable(backend: Backend, now: number): boolean {
  return backend.mode === 'ready' && isWell(backend, now)
}

/** Whether somebody whom the cookie sends to it may go there: also while it drains. */
export function mayKeep(backend: Backend, now: number): boolean {
  return backend.mode !== 'maintenance' && isWell(backend, now)
}

function isWell({ health, leaving, ban }: Backend, now: number): boolean {
  return health.healthy && !leaving && now >= ban.until
}

/** Why it is not available, as it would stand after "skipped Servidor 1: ". */
export function whyUnavailable(backend: Backend, now: number): string {
  const { mode, health, ban } = backend
  if (mode !== 'ready') return mode === 'drain' ? 'set to drain' : 'in maintenance'
  if (!health.known) return 'not checked yet'
  if (backend.leaving) return 'says that it is draining'
  if (!health.healthy) return `${failedChecks(backend)}${nextCheck(backend, now)}`
  return `banned (time ${ban.times}) because requests to it failed, next try in ${seconds(ban.until - now)}`
}

function failedChecks({ lastCheck, health }: Backend): string {
  if (lastCheck === undefined) return 'down'
  if (lastCheck.passed) return `coming up, ${health.disagreeing} passed`
  const { streak, text } = lastCheck
  return `failed ${streak === 1 ? 'its check' : `${streak} checks`} (${text})`
}

function nextCheck({ nextCheckAt }: Backend, now: number): string {
  return nextCheckAt === undefined || nextCheckAt <= now ? '' : `, next try in ${seconds(nextCheckAt - now)}`
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

/**
 * Panic: so few of those that people left in are available that they would break under the load of all, or there are none.
 * It is then more likely that the checks are wrong than that everything is dead, and whoever is known is tried (Envoy:
 * `healthy_panic_threshold`, 50 % there).
 *
 * The limit is a third, so that a lab of three goes on with one.
 */
export function isPanic(backends: readonly Backend[], now: number): boolean {
  let ready = 0
  let available = 0
  for (const backend of backends) {
    // One that is new has not been seen yet: nobody has lost it.
    if (backend.mode === 'ready' && backend.health.known) ready++
    if (isAvailable(backend, now)) available++
  }
  return available * 3 < ready
}

/**
 * Who may be picked in a panic: whoever people have not taken out, that has been seen to exist, and in whose place nobody
 * else answers. A check that fails may be wrong; one that finds a stranger is not.
 */
export function isLastResort({ mode, health, lastCheck }: Backend): boolean {
  return mode === 'ready' && health.known && lastCheck?.stranger !== true
}
