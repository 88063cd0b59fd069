/**
 * A session: who is logged in, since when, and until when. The rules about its life, and nothing else.
 *
 *   created ──────────────── idle for 30 min: over ─────────────── 8 h after it was created: over in any case
 *              each request past the middle of the 30 minutes writes "seen now"; the others only read
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
  /** SHA-256 of the session id, base64url: what is stored, logged and shown. The id itself is only in the user's cookie. */
  readonly key: string
  readonly user: User
  /** Which server created it: `Servidor 1` … */
  readonly server: string
  /** Milliseconds since 1970. */
  readonly createdAt: number
  /** When it was last written down as seen; up to half of {@link IDLE_MS} behind the truth. */
  readonly seenAt: number
}

/** `over`: as if it did not exist. `renew`: good, and due to be written as seen now. `fresh`: good as it is. */
export type SessionState = 'over' | 'renew' | 'fresh'

export function stateOf(session: Session, now: number): SessionState {
  if (now >= endOf(session)) return 'over'
  return now - session.seenAt > IDLE_MS / 2 ? 'renew' : 'fresh'
}

/** When it ends if nobody comes any more, in milliseconds since 1970. */
export function endOf({ seenAt, createdAt }: Pick<Session, 'seenAt' | 'createdAt'>): number {
  return Math.min(seenAt + IDLE_MS, createdAt + ABSOLUTE_MS)
}

/** A new session id: 256 random bits, far beyond guessing (OWASP asks for 64). */
export function newSessionId(): string {
  return randomBytes(32).toString('base64url')
}

/** What 32 octets look like in base64url. Anything else is not even looked up. */
const SESSION_ID = /^[A-Za-z0-9_-]{43}$/

/** The key that belongs to an id; undefined when it cannot be one of ours. */
export function keyOf(id: string | undefined): string | undefined {
  return id !== undefined && SESSION_ID.test(id) ? hash('sha256', id, 'base64url') : undefined
}
