/**
 * Whether a backend may be picked, and if not, why not: the one place that decides it, and says it in words.
 *
 *     available = ready (nobody took it out) and not draining itself and healthy (active checks) and not banned (passive)
 *
 * Read beside: health.ts, ban.ts, backend.ts
 * Pure.
 */
import type { Backend } from './backend.ts'

/**
 * What people decided about a backend. `drain`: finish what is under way and what sticks to it, take nothing new.
 * `maintenance`: nothing at all, and no checks are believed.
 */
export type Mode = 'ready' | 'drain' | 'maintenance'

export const MODES: readonly Mode[] = ['ready', 'drain', 'maintenance']

export function isAvailable(backend: Backend, now: number): boolean {
  return backend.mode === 'ready' && !backend.leaving && backend.health.healthy && now >= backend.ban.until
}

/** Why it is not available, as it would stand after "skipped Servidor 1: ". */
export function whyUnavailable(backend: Backend, now: number): string {
  const { mode, health, ban, lastCheck } = backend
  if (mode !== 'ready') return mode === 'drain' ? 'set to drain' : 'in maintenance'
  if (!health.known) return 'not checked yet'
  if (backend.leaving) return 'it says that it is draining'
  if (!health.healthy) return `down, last check ${lastCheck?.text ?? 'unknown'}${nextCheck(backend, now)}`
  return `banned after failed requests, next try in ${seconds(ban.until - now)}`
}

function nextCheck({ nextCheckAt }: Backend, now: number): string {
  return nextCheckAt === undefined || nextCheckAt <= now ? '' : `, next try in ${seconds(nextCheckAt - now)}`
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

/**
 * Panic: so few backends are available that they would break under the load of all, or there are none. It is then more
 * likely that the checks are wrong than that everything is dead, and whoever is known is tried.
 *
 * The limit is a third, so that a lab of three goes on with one.
 */
export function isPanic(available: number, all: number): boolean {
  return available * 3 < all
}

/** Who may be picked in a panic: whatever people have not taken out, and that has been seen to exist. */
export function isLastResort(backend: Backend): boolean {
  return backend.mode === 'ready' && backend.health.known
}
