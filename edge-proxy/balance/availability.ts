/**
 * Whether a backend may be picked, and the reason in words if it may not. The only place where this is decided.
 *
 *     available = mode is ready, and it does not say that it drains, and healthy (active checks), and not banned (passive checks)
 *
 * Read beside: shared/health.ts, ban.ts, backend.ts, HAProxy's management manual, "set server … state"
 * Pure.
 */
import type { Backend } from './backend.ts'
import { isBanned } from './ban.ts'

/** Whether new requests may go to this backend. @param now on the clock's `now()`, in milliseconds */
export function isAvailable(backend: Backend, now: number): boolean {
  return backend.mode === 'ready' && isWell(backend, now)
}

/** Whether a request whose cookie names this backend may still go there: also while its mode is `drain`. */
export function mayKeep(backend: Backend, now: number): boolean {
  return backend.mode !== 'maintenance' && isWell(backend, now)
}

function isWell({ health, leaving, ban }: Backend, now: number): boolean {
  return health.healthy && !leaving && !isBanned(ban, now)
}

/** Why it is not available: the text after "skipped Servidor 1: ". */
export function whyUnavailable(backend: Backend, now: number): string {
  const { mode, health, ban } = backend
  if (mode !== 'ready') return mode === 'drain' ? 'set to drain' : 'in maintenance'
  if (!health.known) return 'not checked yet'
  if (backend.leaving) return 'says that it is draining'
  if (!health.healthy) return `${failedChecks(backend)}${nextCheck(backend, now)}`
  const end = now < ban.until ? `for ${seconds(ban.until - now)}` : 'until a check passes'
  return `banned ${end} (time ${ban.times}) because requests to it failed`
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
 * Panic: so few of the backends in mode `ready` are available that they would break under the load of all, or there are none.
 * Then it is more likely that the checks are wrong than that all backends are down, and every known one is tried (Envoy:
 * `healthy_panic_threshold`, 50 % there).
 *
 * The limit is a third, so that a lab of three backends goes on with one.
 */
export function isPanic(backends: readonly Backend[], now: number): boolean {
  let ready = 0
  let available = 0
  for (const backend of backends) {
    // A new backend that has not been checked yet has not been lost.
    if (backend.mode === 'ready' && backend.health.known) ready++
    if (isAvailable(backend, now)) available++
  }
  return available * 3 < ready
}

/**
 * Whether a backend may be picked in a panic: its mode is `ready`, it has been checked, and no other program answers at its
 * address. A failed check may be wrong; one that was answered under another name is not.
 */
export function isLastResort({ mode, health, lastCheck }: Backend): boolean {
  return mode === 'ready' && health.known && lastCheck?.stranger !== true
}

/** Whether no program runs there: its checks found nothing to connect to (`L4CON`, `L4TOUT`), so often that it is down. */
export function isAbsent({ health, lastCheck }: Backend): boolean {
  return health.known && !health.healthy && lastCheck?.text.startsWith('L4') === true
}
