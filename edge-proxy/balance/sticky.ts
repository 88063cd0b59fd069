/**
 * Sticky sessions: a cookie says which backend a browser was sent to, and it is sent there again while that one is up.
 *
 * The lab does not need it, because sessions live in Redis. It exists for the lesson in which they do not.
 *
 * Read beside: RFC 6265 §4.1 (Set-Cookie), §5.4 (Cookie)
 * Pure.
 */
import { type Field, valuesOf } from '../http1/fields.ts'

const STICKY_COOKIE = 'lab_backend'

/** The backend's name that the browser brings along; undefined when it brings none. */
export function stickyName(fields: readonly Field[]): string | undefined {
  for (const value of valuesOf(fields, 'cookie')) {
    for (const pair of value.split(';')) {
      const [name, content] = pair.trim().split('=', 2)
      if (name === STICKY_COOKIE) return content
    }
  }
  return undefined
}

/** The Set-Cookie for a browser that was sent to `name`. */
export function stickyCookie(name: string): string {
  return `${STICKY_COOKIE}=${name}; Path=/; HttpOnly; SameSite=Lax`
}
