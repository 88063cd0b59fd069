/**
 * The interface of a session store.
 *
 * Read beside: redis-store.ts (shared by all backends), memory-store.ts (one for each backend), sessions.ts
 * Pure: types.
 */
import type { Trace } from '../trace.ts'
import type { Session } from './session.ts'

export interface SessionStore {
  readonly kind: 'redis' | 'memory'

  /** One command for each request with a session, and no more. */
  find(trace: Trace, key: string): Promise<Session | undefined>

  /**
   * Stores a session and, in the same step, ends the one that it replaces.
   *
   * @param epoch from {@link epoch}, read before the user was looked up in MySQL
   * @returns false, and stores nothing, when all sessions of the user were ended meanwhile: the user may have changed
   */
  create(trace: Trace, session: Session, epoch: string, replaces: string | undefined): Promise<boolean>

  /** Writes `seenAt`, if the session still exists. */
  touch(trace: Trace, session: Session, now: number): Promise<void>

  end(trace: Trace, session: Pick<Session, 'key' | 'user'>): Promise<void>

  /** All sessions of a user, newest first. */
  list(trace: Trace, username: string): Promise<Session[]>

  /** Ends all sessions of a user and increments the epoch. @returns how many sessions there were */
  endAll(trace: Trace, username: string): Promise<number>

  /** Writes the new name of a user into all sessions of that user. */
  rename(trace: Trace, username: string, name: string): Promise<void>

  /** A counter that grows when all sessions of the user are ended. */
  epoch(trace: Trace, username: string): Promise<string>
}
