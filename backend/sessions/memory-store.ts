/**
 * Sessions in the memory of this process, unknown to the other backends. Only for the lesson in which a login is lost when the next
 * request reaches another server.
 *
 * Read beside: store.ts, redis-store.ts
 * Pure: a Map.
 */
import type { Trace } from '../trace.ts'
import { endOf, type Session } from './session.ts'
import type { SessionStore } from './store.ts'

/** More sessions than a class can make. When there are more, the oldest is ended. */
const MOST_SESSIONS = 10_000

export class MemoryStore implements SessionStore {
  readonly kind = 'memory'
  readonly #sessions = new Map<string, Session>()
  readonly #epochs = new Map<string, number>()

  async find(_: Trace, key: string): Promise<Session | undefined> {
    return this.#sessions.get(key)
  }

  async create(trace: Trace, session: Session, epoch: string, replaces: string | undefined): Promise<boolean> {
    if ((await this.epoch(trace, session.user.username)) !== epoch) return false
    if (replaces !== undefined) this.#sessions.delete(replaces)
    for (const [key, old] of this.#sessions) {
      if (endOf(old) <= session.createdAt || this.#sessions.size >= MOST_SESSIONS) this.#sessions.delete(key)
    }
    this.#sessions.set(session.key, session)
    return true
  }

  async touch(_: Trace, session: Session, now: number): Promise<void> {
    if (this.#sessions.has(session.key)) this.#sessions.set(session.key, { ...session, seenAt: now })
  }

  async end(_: Trace, session: Pick<Session, 'key'>): Promise<void> {
    this.#sessions.delete(session.key)
  }

  async list(_: Trace, username: string): Promise<Session[]> {
    return [...this.#sessions.values()].filter(session => session.user.username === username).reverse()
  }

  async endAll(trace: Trace, username: string): Promise<number> {
    const sessions = await this.list(trace, username)
    for (const { key } of sessions) this.#sessions.delete(key)
    this.#epochs.set(username, (this.#epochs.get(username) ?? 0) + 1)
    return sessions.length
  }

  async rename(trace: Trace, username: string, name: string): Promise<void> {
    for (const session of await this.list(trace, username)) {
      this.#sessions.set(session.key, { ...session, user: { ...session.user, name } })
    }
  }

  async epoch(_: Trace, username: string): Promise<string> {
    return String(this.#epochs.get(username) ?? 0)
  }
}
