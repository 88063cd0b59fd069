/**
 * Sticky sessions: a cookie names the backend that answered a browser, and its next requests go there while that one is up.
 *
 * The lab does not need them, because sessions are in Redis. They exist for the lesson in which each backend keeps sessions in its memory.
 *
 * Read beside: shared/cookies.ts, RFC 6265 §4.1 (Set-Cookie), §5.4 (Cookie)
 * Pure.
 */
import { cookieValues } from '#shared/cookies.ts'
import { type Field, valuesOf } from '../http1/fields.ts'

const STICKY_COOKIE = 'lab_backend'

/** The backend's name in the browser's cookie; undefined without one. */
export function stickyName(fields: readonly Field[]): string | undefined {
  for (const value of valuesOf(fields, 'cookie')) {
    const [name] = cookieValues(value, STICKY_COOKIE)
    if (name !== undefined) return name
  }
  return undefined
}

/** The Set-Cookie for a browser whose request went to `name`. */
export function stickyCookie(name: string): string {
  return `${STICKY_COOKIE}=${name}; Path=/; HttpOnly; SameSite=Lax`
}
