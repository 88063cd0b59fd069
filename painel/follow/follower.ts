/**
 * Follows the events of one component, and connects again when the connection ends: a component that was stopped comes back.
 *
 * Read beside: shared/admin.ts (`GET /events`), WHATWG HTML §9.2 (server-sent events)
 * Touches the world: one HTTP connection to the component's admin endpoint.
 */
import { request } from 'undici'
import type { Clock } from '#shared/clock.ts'
import type { LabEvent } from '#shared/events.ts'
import { ADMIN_PORT, type Host } from '#shared/network-map.ts'
import { EventStream } from './event-stream.ts'

export interface FollowerOptions {
  readonly host: Host
  readonly clock: Clock
  /** The share of the requests whose events are wanted: above 0, at most 1. */
  readonly share: () => number
  readonly onEvent: (event: LabEvent) => void
}

/** Pause before the next attempt, in milliseconds: short, because the state of the map depends on it. */
const RETRY_MS = 300
const CONNECT_MS = 1_000

export class Follower {
  readonly #options: FollowerOptions
  /** Ends the following that was started last; undefined while nothing is followed. */
  #following: AbortController | undefined
  #connection = new AbortController()

  constructor(options: FollowerOptions) {
    this.#options = options
  }

  start(): void {
    if (this.#following !== undefined) return
    this.#following = new AbortController()
    void this.#follow(this.#following.signal)
  }

  stop(): void {
    this.#following?.abort()
    this.#following = undefined
  }

  /** Connects anew, because the share has changed. */
  restart(): void {
    this.#connection.abort()
  }

  /** @param ended of this following alone: the next one may be started before this one has noticed its end */
  async #follow(ended: AbortSignal): Promise<void> {
    while (!ended.aborted) {
      const connection = new AbortController()
      this.#connection = connection
      try {
        await this.#readOnce(AbortSignal.any([ended, connection.signal]))
      } catch {
        // Refused, reset, timed out or aborted. The map shows the component's state; here the only answer is to try again.
      }
      if (!ended.aborted && !connection.signal.aborted) {
        await new Promise<void>(resolve => this.#options.clock.after(RETRY_MS, resolve))
      }
    }
  }

  async #readOnce(signal: AbortSignal): Promise<void> {
    const { host, share, onEvent } = this.#options
    const url = `http://${host.address}:${ADMIN_PORT}/events?share=${share()}`
    const { statusCode, body } = await request(url, { signal, headersTimeout: CONNECT_MS, bodyTimeout: 0 })
    if (statusCode !== 200) {
      await body.dump()
      return
    }
    const stream = new EventStream()
    body.setEncoding('utf8')
    for await (const text of body) for (const event of stream.push(text)) onEvent(event)
  }
}
