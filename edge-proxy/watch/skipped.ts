/**
 * The backends that were passed over for a request, and why, for the event of the choice.
 *
 * Read beside: ../balance/availability.ts (which decides), shared/event-kinds.ts (SkippedBackend)
 * Pure: values in, values out.
 */
import type { SkippedBackend } from '#shared/event-kinds.ts'
import { isAvailable, whyUnavailable } from '../balance/availability.ts'
import type { Backend } from '../balance/backend.ts'

/**
 * @param tried backends that were tried for this request before
 * @param now   on the clock's `now()`, in milliseconds
 */
export function skippedBackends(
  backends: readonly Backend[],
  chosen: Backend | undefined,
  tried: readonly Backend[],
  now: number,
): SkippedBackend[] {
  return backends
    .filter(backend => backend !== chosen)
    .flatMap((backend): SkippedBackend[] => {
      if (tried.includes(backend)) return [{ backend: backend.name, cause: 'tried', why: 'tried already' }]
      if (isAvailable(backend, now)) return []
      return [{ backend: backend.name, ...causeOf(backend, now), why: whyUnavailable(backend, now) }]
    })
}

/** In the order in which availability.ts asks. */
function causeOf(backend: Backend, now: number): Pick<SkippedBackend, 'cause' | 'checks' | 'seconds'> {
  const { mode, health, leaving, lastCheck, nextCheckAt, ban } = backend
  if (mode !== 'ready') return { cause: mode }
  if (!health.known) return { cause: 'not-checked' }
  if (leaving) return { cause: 'leaving' }
  if (health.healthy) return { cause: 'banned', ...secondsUntil(ban.until, now) }
  const checks = lastCheck === undefined || lastCheck.passed ? {} : { checks: lastCheck.streak }
  return { cause: 'failed-checks', ...checks, ...secondsUntil(nextCheckAt, now) }
}

/** To a tenth; left out for a time that has passed or is not known. */
function secondsUntil(time: number | undefined, now: number): { readonly seconds?: number } {
  return time === undefined || time <= now ? {} : { seconds: Math.round((time - now) / 100) / 10 }
}
