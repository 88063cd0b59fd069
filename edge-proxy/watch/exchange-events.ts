/**
 * The steps of one exchange as events, as they happen: a request that hangs is visible while it hangs.
 *
 * Made only for a request that is watched. The event of the whole exchange, at its end, is in trace.ts.
 *
 * Read beside: ../exchange/neighbours.ts (ExchangeObserver), shared/event-kinds.ts
 * Pure: steps in, events out.
 */
import type { Clock } from '#shared/clock.ts'
import type { Events } from '#shared/events.ts'
import { HEALTH_PATH } from '#shared/health.ts'
import type { Attempt } from '../balance/attempts.ts'
import type { Backend } from '../balance/backend.ts'
import { type Choice, explainChoice } from '../balance/balancer.ts'
import type { ReceivedRequest } from '../downstream/received-request.ts'
import type { ExchangeObserver } from '../exchange/neighbours.ts'
import { FAILURES, type FailureName } from '../failures.ts'
import type { ResponseHead } from '../http1/response-head.ts'
import { fieldVerdicts } from './field-verdicts.ts'
import { maskedHead, maskedTarget } from './masking.ts'
import { skippedBackends } from './skipped.ts'

export class ExchangeEvents implements ExchangeObserver {
  readonly #events: Events
  readonly #request: ReceivedRequest
  readonly #clock: Clock
  /** When the present attempt began, on the clock's `now()`. */
  #attemptAt = 0

  constructor(events: Events, request: ReceivedRequest, clock: Clock) {
    this.#events = events
    this.#request = request
    this.#clock = clock
    const { head, clientAddress: client, id } = request
    const { method, target, path, text } = head
    const probe = path === HEALTH_PATH
    events.publish(
      'edge.received',
      () => ({ client, method, target: maskedTarget(target), head: maskedHead(text), probe }),
      id,
    )
  }

  picked(backends: readonly Backend[], choice: Choice | undefined, tried: readonly Backend[], now: number): string {
    const reason = explainChoice(backends, choice, tried, now)
    const backend = choice?.backend.name ?? null
    this.#attemptAt = now
    const skipped = () => skippedBackends(backends, choice?.backend, tried, now)
    const detail = () => ({ backend, reason, by: choice?.by ?? null, skipped: skipped() })
    this.#events.publish('edge.pick', detail, this.#request.id)
    return reason
  }

  connected({ choice, reused }: Attempt): void {
    const backend = choice.backend.name
    const connection = reused ? 'kept alive' : 'new'
    const detail = () => ({ backend, connection, ms: reused ? 0 : this.#elapsed }) as const
    this.#events.publish('edge.connected', detail, this.#request.id)
  }

  sent({ choice }: Attempt, head: string): void {
    const { id, head: received } = this.#request
    const backend = choice.backend.name
    // The time of the event is taken before its detail is made: the backend may have the head already.
    const detail = () => ({ backend, head: maskedHead(head), fields: fieldVerdicts(received.fields, head) })
    this.#events.publish('edge.sent', detail, id)
  }

  answering({ choice }: Attempt, { status, text }: ResponseHead): void {
    const backend = choice.backend.name
    const detail = () => ({ backend, status, head: maskedHead(text), ms: this.#elapsed })
    this.#events.publish('edge.first-octet', detail, this.#request.id)
  }

  failed({ choice }: Attempt, failure: FailureName, detail: string | undefined): void {
    const { why } = FAILURES[failure]
    const backend = choice.backend.name
    const sentence = detail === undefined ? why : `${why}: ${detail}`
    this.#events.publish(
      'edge.attempt-failed',
      () => ({ backend, failure, why: sentence, ms: this.#elapsed }),
      this.#request.id,
    )
    this.#attemptAt = this.#clock.now()
  }

  /** Milliseconds since the present attempt began. */
  get #elapsed(): number {
    return this.#clock.now() - this.#attemptAt
  }
}
