/**
 * A session: its user, its beginning and its end. Only the rules; sessions.ts uses them.
 *
 *   created ── 30 min without a request: over ── 8 h after the creation: over in any case
 *              a request more than 15 min after `seenAt` writes the new time; the others only read
 *
 * Read beside: store.ts, sessions.ts; OWASP Session Management Cheat Sheet ("Session Expiration"), NIST SP 800-63B §7.2
 * Pure: values in, values out.
 */
import { hash, randomBytes } from 'node:crypto'
import type { User } from '../users/users.ts'

/** Milliseconds without a request after which a session is over. */
export const IDLE_MS = 30 * 60_000
/** Milliseconds after its creation at which a session is over, however busy it was. */
export const ABSOLUTE_MS = 8 * 3_600_000

export interface Session {
  /** SHA-256 of the session id in base64url. It is stored, logged and shown; the id itself is only in the cookie of the user. */
  readonly key: string
  readonly user: User
  /** The server that created it: `Servidor 1` … */
  readonly server: string
  /** Milliseconds since 1970. */
  readonly createdAt: number
  /** The last request, in milliseconds since 1970; up to half of {@link IDLE_MS} too early, because not each request writes it. */
  readonly seenAt: number
}

/** `over`: as if it did not exist. `renew`: valid, and `seenAt` has to be written. `fresh`: valid, nothing has to be written. */
export type SessionState = 'over' | 'renew' | 'fresh'

/** `renew`: half of the idle time is over, so the present request moves the end. @param now in milliseconds since 1970 */
export function stateOf(session: Session, now: number): SessionState {
  if (now >= endOf(session)) return 'over'
  return now - session.seenAt > IDLE_MS / 2 ? 'renew' : 'fresh'
}

/** When it ends if there are no more requests, in milliseconds since 1970. */
export function endOf({ seenAt, createdAt }: Pick<Session, 'seenAt' | 'createdAt'>): number {
  return Math.min(seenAt + IDLE_MS, createdAt + ABSOLUTE_MS)
}

/** A new session id: 256 random bits, which cannot be guessed (OWASP asks for 64). */
export function newSessionId(): string {
  return randomBytes(32).toString('base64url')
}

/** 32 octets in base64url. Any other text is not looked up. */
const SESSION_ID = /^[A-Za-z0-9_-]{43}$/

/** The key of a session id; undefined when the text has not the form of an id. */
export function keyOf(id: string | undefined): string | undefined {
  return id !== undefined && SESSION_ID.test(id) ? hash('sha256', id, 'base64url') : undefined
}
