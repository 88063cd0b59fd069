/**
 * The search for a connection on which a request can be sent:
 *
 *     choose a backend ──► an idle connection of it ─────────────────────────────► connected
 *        ▲       │ none    └─► a place in its queue ──► a new connection ─────────► connected
 *        │       ▼
 *        └── wait until a backend is back ──3 s──► failed
 *
 * Read beside: exchange.ts (which starts it, and again after a failure), ../balance/attempts.ts, ../upstream/cluster.ts
 * Touches the world: through the cluster.
 */
import type { Attempts } from '../balance/attempts.ts'
import type { Choice } from '../balance/balancer.ts'
import type { ReceivedRequest } from '../downstream/received-request.ts'
import type { FailureName } from '../failures.ts'
import type { PendingLink, UpstreamUser } from '../upstream/connection.ts'
import type { Downstream, ExchangeContext, ExchangeObserver, Upstream } from './neighbours.ts'

/** What is needed of an exchange here. `connected` or `lost` (UpstreamUser) is called in the end, or `searchFailed`. */
export interface Searcher extends UpstreamUser {
  readonly cluster: Upstream
  readonly client: Downstream
  readonly context: ExchangeContext
  readonly observer: ExchangeObserver | undefined
  readonly request: ReceivedRequest
  readonly attempts: Attempts
  /** Whether the request may be sent twice. */
  readonly repeatable: boolean
  /** No backend is left, and none came back in time. */
  searchFailed(failure: FailureName, detail: string | undefined): void
}

export class BackendSearch {
  /** What is waited for; undefined when there is a connection, or the search has not begun or has ended. */
  awaited: 'backend' | 'queue' | 'connection' | undefined
  readonly #exchange: Searcher
  /** The connection, or the wait for a backend, that `stop` ends. */
  #pending: PendingLink | undefined
  /** Of the last attempt. */
  #failure: FailureName = 'no-backend'
  #detail: string | undefined

  constructor(exchange: Searcher) {
    this.#exchange = exchange
  }

  /**
   * Asks the next backend. When none is left, waits for one that comes back.
   *
   * @param failure of the last attempt, with a detail for people: the failure of the request when there is no further attempt
   */
  next(failure: FailureName, detail: string | undefined): void {
    this.#failure = failure
    this.#detail = detail
    const { attempts, cluster, context, observer } = this.#exchange
    const now = context.clock.now()
    const choice = attempts.choose(now)
    const reason = observer?.picked(cluster.balancer.backends, choice, attempts.tried, now)
    if (choice !== undefined) this.#ask(choice, true, reason)
    else if (!this.#hold()) this.giveUp()
  }

  /** Asks the backend of the last attempt again, on a new connection. */
  again(): void {
    const { choice, reason } = this.#exchange.attempts.current
    this.#ask(choice, false, reason)
  }

  #ask(choice: Choice, mayReuse: boolean, reason: string | undefined): void {
    const exchange = this.#exchange
    const { client, cluster, repeatable } = exchange
    const { timeouts } = exchange.context
    exchange.attempts.begin(choice, reason)
    // The backend may be closing an idle connection at this very moment, unless it has just answered on it. So a request that
    // must not be repeated is sent on such a connection only, or on a new one.
    const within = repeatable ? Number.POSITIVE_INFINITY : timeouts.justAnswered
    const idle = mayReuse ? cluster.reuse(choice.backend, exchange, within) : undefined
    if (idle !== undefined) return void exchange.connected(idle, true)
    client.setDeadline(timeouts.queue)
    this.awaited = 'queue'
    this.#pending = cluster.connect(choice.backend, exchange, client.bodyReceived)
  }

  /** The wait in the queue is over: a connection is being opened now. */
  connecting(): void {
    const { attempts, client, context } = this.#exchange
    this.awaited = 'connection'
    const elsewhere = attempts.hasOther(context.clock.now())
    client.setDeadline(elsewhere ? context.timeouts.connectElsewhere : context.timeouts.connect)
  }

  /** There is a connection, or a backend to be asked: nothing is waited for. */
  waitIsOver(): void {
    this.awaited = undefined
    this.#pending = undefined
  }

  /** All backends failed before they had the request: waits until a check passes, for `Timeouts.hold` at most. */
  #hold(): boolean {
    const { attempts, client, cluster, context, request } = this.#exchange
    const until = request.at + context.timeouts.hold
    if (!attempts.mayHold || context.clock.now() >= until || cluster.startedBy !== undefined) return false
    const cancel = cluster.hold(() => {
      this.waitIsOver()
      attempts.beginRound()
      this.next(this.#failure, this.#detail)
    })
    if (cancel === undefined) return false
    this.awaited = 'backend'
    this.#pending = { destroy: cancel }
    client.setDeadlineAt(until)
    return true
  }

  /** No backend is left, or none came back in time. */
  giveUp(): void {
    const exchange = this.#exchange
    const { startedBy } = exchange.cluster
    if (startedBy !== undefined) exchange.searchFailed('not-running', startedBy)
    // In a panic they were known to be down by their checks, and the attempts have failed too.
    else if (exchange.attempts.last?.choice.panic) exchange.searchFailed('no-backend', undefined)
    else exchange.searchFailed(this.#failure, this.#detail)
  }

  /** Ends what is waited for. */
  stop(): void {
    this.#pending?.destroy()
    this.waitIsOver()
  }
}
