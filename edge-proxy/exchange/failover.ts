/**
 * What is done when an attempt fails: another backend is asked if that is allowed; otherwise the client gets the failure.
 *
 * Read beside: exchange.ts (which calls it), ../balance/retry.ts (what may be sent again), ../failures.ts, backend-search.ts
 * Touches the world: through the two connections of the exchange.
 */
import type { Attempts } from '../balance/attempts.ts'
import type { Mishap } from '../balance/retry.ts'
import type { ReceivedRequest } from '../downstream/received-request.ts'
import { FAILURES, type FailureName } from '../failures.ts'
import type { FramingError } from '../http1/framing-error.ts'
import type { UpstreamLink } from '../upstream/connection.ts'
import type { BackendSearch } from './backend-search.ts'
import type { Downstream, ExchangeContext, ExchangeObserver, Upstream } from './neighbours.ts'
import type { ResponseRelay } from './response-relay.ts'

/** What is needed of an exchange here. */
export interface FailingExchange {
  readonly cluster: Upstream
  readonly client: Downstream
  readonly context: ExchangeContext
  readonly observer: ExchangeObserver | undefined
  readonly request: ReceivedRequest
  readonly attempts: Attempts
  readonly search: BackendSearch
  responseRelay: ResponseRelay | undefined
  /** Whether any octet of a response has been sent to the client. */
  readonly responseBegun: boolean
  /** Milliseconds since the head of the request was complete. */
  readonly elapsed: number
  readonly over: boolean
  /** Ends the use of the connection to the backend, or the wait for one. */
  detach(): UpstreamLink | undefined
  /** The same, and the exchange is over. */
  drop(outcome: FailureName): void
}

/** Gives the current attempt up for another one, if that is allowed; otherwise it is the failure of the request. */
export function leaveAttempt(
  exchange: FailingExchange,
  mishap: Mishap,
  failure: FailureName,
  detail: string | undefined,
): void {
  if (mayLeave(exchange, mishap)) moveOn(exchange, mishap, failure, detail)
  else failExchange(exchange, failure, detail)
}

/**
 * The backend has sent nothing for a while: another one is asked if that is allowed.
 *
 * @returns false when it is not; then this backend gets its full time
 */
export function leaveSilent(exchange: FailingExchange): boolean {
  exchange.cluster.checkSoon(exchange.attempts.current.choice.backend)
  if (!mayLeave(exchange, 'silent')) return false
  moveOn(exchange, 'silent', 'first-byte-timeout', undefined)
  return true
}

function mayLeave({ attempts, elapsed, context }: FailingExchange, mishap: Mishap): boolean {
  return attempts.mayLeave(mishap, elapsed, context.clock.now())
}

/** Ends the current attempt, and begins the next one. */
export function moveOn(
  exchange: FailingExchange,
  mishap: Mishap,
  failure: FailureName,
  detail: string | undefined,
): void {
  const { attempts, cluster, observer, search, context } = exchange
  const { current } = attempts
  exchange.detach()?.destroy()
  exchange.responseRelay = undefined
  attempts.leave(mishap)
  observer?.failed(current, failure, detail)
  const { backend } = current.choice
  if (mishap === 'not connected' && FAILURES[failure].side === 'upstream') cluster.reportFailure(backend)
  else cluster.checkSoon(backend)
  // The backend may only have closed an idle connection: without another backend it gets the request on a new one.
  const elsewhere = attempts.hasOther(context.clock.now())
  if (mishap === 'stale connection' && !elsewhere) search.again()
  else search.next(failure, detail ?? backend.authority)
}

/** Which rule the backend broke, and how to see it: for the student who wrote the backend. */
export function brokenRule({ attempts, request }: FailingExchange, { message, rule }: FramingError): string {
  const { authority } = attempts.current.choice.backend
  const [path] = request.head.path.split('?')
  return `${message} (${rule}); see it with: curl -sv --raw http://${authority}${path}`
}

/** Answers with the failure, or closes the client's connection if a response has begun. */
export function failExchange(exchange: FailingExchange, name: FailureName, detail?: string): void {
  if (exchange.over) return
  const { client, cluster, observer, request, responseBegun } = exchange
  const { last } = exchange.attempts
  // A backend that closes during an upload may have a reason in what the client sends.
  const duringUpload = name === 'closed-early' && !client.bodyDone
  if (last !== undefined && last.outcome === undefined) {
    observer?.failed(last, name, detail)
    if (FAILURES[name].side === 'upstream' && !duringUpload) cluster.reportFailure(last.choice.backend)
  }
  const delimited = exchange.responseRelay?.delimited === true
  // The client has received nothing of what the backend sent.
  if (!responseBegun) exchange.responseRelay = undefined
  exchange.drop(name)
  if (!responseBegun) client.fail(name, request, detail)
  else if (name === 'reader-timeout') client.cut()
  else client.truncate(delimited)
}
