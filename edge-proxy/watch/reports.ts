/**
 * What an edge reports about each request: one event, and a number in its counters.
 *
 * Read beside: trace.ts (the event of a whole exchange), shared/events.ts (nothing is built without a watcher)
 * Pure: values in, events out.
 */
import type { Clock } from '#shared/clock.ts'
import type { Events } from '#shared/events.ts'
import { HEALTH_PATH } from '#shared/health.ts'
import type { LocalResponse } from '../downstream/local-response.ts'
import type { ReceivedRequest } from '../downstream/received-request.ts'
import type { ExchangeRecord } from '../exchange/neighbours.ts'
import type { FramingError } from '../http1/framing-error.ts'
import { maskedTarget } from './masking.ts'
import { traceOf } from './trace.ts'

/** A request was forwarded, and its exchange is over. */
export function reportExchange(events: Events, exchange: ExchangeRecord, clock: Clock): void {
  events.publish('edge.request', () => traceOf(exchange, clock.now()), exchange.request.id)
}

/** A request was answered by the edge itself. */
export function reportLocal(events: Events, request: ReceivedRequest, { status }: LocalResponse): void {
  const { head, id, clientAddress: client } = request
  const { method, target, path } = head
  events.publish(
    'edge.local',
    () => ({ client, method, target: maskedTarget(target), status, probe: path === HEALTH_PATH }),
    id,
  )
}

/** A request was refused because it is not valid HTTP. */
export function reportRefusal(events: Events, client: string, id: string, error: FramingError): void {
  const { status, rule, message } = error
  events.publish('edge.refused', () => ({ client, status, rule, why: message }), id)
}
