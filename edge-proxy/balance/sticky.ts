/**
 * Sticky sessions: a cookie says which backend a browser was sent to, and it is sent there again while that one is up.
 *
 * The lab does not need it, because sessions live in Redis. It exists for the lesson in which they do not.
 *
 * Read beside: shared/cookies.ts, RFC 6265 §4.1 (Set-Cookie), §5.4 (Cookie)
 * Pure.
 */
import { cookieValues } from '#shared/cookies.ts'
import { type Field, valuesOf } from '../http1/fields.ts'

const STICKY_COOKIE = 'lab_backend'

/** The backend's name that the browser brings along; undefined when it brings none. */
export function stickyName(fields: readonly Field[]): string | undefined {
  for (const value of valuesOf(fields, 'cookie')) {
    const [name] = cookieValues(value, STICKY_COOKIE)
    if (name !== undefined) return name
  }
  return undefined
}

/** The Set-Cookie for a browser that was sent to `name`. */
export function stickyCookie(name: string): string {
  return `${STICKY_COOKIE}=${name}; Path=/; HttpOnly; SameSite=Lax`
}
