/**
 * Sessions, as the routes use them: begin, resume, list. The store ends them.
 *
 * Read beside: session.ts (the rules), store.ts (where they are kept); OWASP Session Management Cheat Sheet
 * Touches the world: only through its store.
 */
import type { Clock } from '#shared/clock.ts'
import { CHALLENGE, Refusal } from '../refusal.ts'
import type { Trace } from '../trace.ts'
import type { User } from '../users/users.ts'
import { keyOf, newSessionId, type Session, stateOf } from './session.ts'
import type { SessionStore } from './store.ts'

export interface SessionsOptions {
  readonly store: SessionStore
  readonly clock: Clock
  /** Recorded in each new session as the server that created it: `Servidor 1` … */
  readonly server: string
}

export class Sessions {
  /** Can be replaced while the program runs (switch.ts). */
  store: SessionStore
  readonly #clock: Clock
  readonly #server: string

  constructor({ store, clock, server }: SessionsOptions) {
    this.store = store
    this.#clock = clock
    this.#server = server
  }

  /**
   * A new session under a new id. The id in the request is never reused, because an attacker may have set it (session fixation); the
   * session of that id is ended in the same step.
   *
   * @param epoch from {@link SessionStore.epoch}, read before the user was looked up
   * @returns undefined when the sessions of the user were ended meanwhile: look the user up again
   * @throws Abandoned when the client has closed the connection: a session that no browser has would only use memory
   */
  async begin(
    trace: Trace,
    user: User,
    epoch: string,
    cookies: readonly string[],
  ): Promise<{ id: string; session: Session } | undefined> {
    const keys = keysOf(cookies)
    const old = keys.length > 1 ? (await this.resume(trace, cookies))?.key : keys[0]
    const id = newSessionId()
    const now = this.#clock.epoch()
    const { id: userId, username, name, role } = user
    const session: Session = {
      key: keyOf(id) ?? '',
      user: { id: userId, username, name, role },
      server: this.#server,
      createdAt: now,
      seenAt: now,
    }
    trace.refuseAbandoned()
    const created = await this.store.create(trace, session, epoch, old)
    return created ? { id, session } : undefined
  }

  /**
   * The session of the request, unless it is over or does not exist.
   *
   * @param cookies the values of the session cookie. Each one that has the form of an id is looked up, {@link MOST_COOKIES} at most:
   *   another page can set a cookie of the same name, and their order does not tell which is ours (RFC 6265 §4.2.2)
   */
  async resume(trace: Trace, cookies: readonly string[]): Promise<Session | undefined> {
    for (const key of keysOf(cookies)) {
      const session = await this.#find(trace, key)
      if (session) return session
    }
    return undefined
  }

  async #find(trace: Trace, key: string): Promise<Session | undefined> {
    const session = await this.store.find(trace, key)
    if (session === undefined) return undefined
    const now = this.#clock.epoch()
    const state = stateOf(session, now)
    if (state === 'over') return undefined
    if (state === 'fresh') return session
    await this.store.touch(trace, session, now)
    return { ...session, seenAt: now }
  }

  /** @throws Refusal 401 when there is no such session */
  async require(trace: Trace, cookies: readonly string[]): Promise<Session> {
    const session = await this.resume(trace, cookies)
    if (session) return session
    // With this member the page explains why a user who has logged in is unknown at this server.
    const members = this.store.kind === 'memory' ? { sessions: 'memory' } : {}
    const detail = 'not logged in: there is no valid session cookie; POST /login first'
    throw new Refusal(401, detail, { headers: CHALLENGE, members })
  }

  /** The sessions of the user that are not over, newest first. */
  async list(trace: Trace, username: string): Promise<Session[]> {
    const now = this.#clock.epoch()
    return (await this.store.list(trace, username)).filter(session => stateOf(session, now) !== 'over')
  }
}

/** Session cookies that are looked up. Each is a command to Redis, and an attacker could send a hundred. */
const MOST_COOKIES = 3

function keysOf(cookies: readonly string[]): string[] {
  return cookies
    .map(keyOf)
    .filter(key => key !== undefined)
    .slice(0, MOST_COOKIES)
}
