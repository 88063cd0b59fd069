/**
 * Where sessions are kept: what every store can do, whatever it is made of.
 *
 * Read beside: redis-store.ts (all backends share it), memory-store.ts (each backend for itself), sessions.ts (the only caller)
 * Pure: types.
 */
import type { Trace } from '../trace.ts'
import type { Session } from './session.ts'

export interface SessionStore {
  readonly kind: 'redis' | 'memory'

  /** One round trip, and no more, for each request of somebody who is logged in. */
  find(trace: Trace, key: string): Promise<Session | undefined>

  /**
   * Puts a session in and, in the same step, takes out the one that it replaces.
   *
   * @param epoch what {@link epoch} said before the user was looked up in MySQL
   * @returns false, and does nothing, when all sessions of the user were ended meanwhile: what was looked up may be outdated
   */
  create(trace: Trace, session: Session, epoch: string, replaces: string | undefined): Promise<boolean>

  /** Writes "seen now", if the session is still there. */
  touch(trace: Trace, session: Session, now: number): Promise<void>

  end(trace: Trace, session: Pick<Session, 'key' | 'user'>): Promise<void>

  /** All sessions of a user, the newest first. */
  list(trace: Trace, username: string): Promise<Session[]>

  /** Ends all sessions of a user and begins a new epoch. @returns how many there were */
  endAll(trace: Trace, username: string): Promise<number>

  /** Tells all sessions of a user the user's new name. */
  rename(trace: Trace, username: string, name: string): Promise<void>

  /** Changes whenever all sessions of the user are ended. */
  epoch(trace: Trace, username: string): Promise<string>
}
