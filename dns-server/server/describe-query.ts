/**
 * A query and its response for people: the event in `GET /events`, and the line of the query log.
 *
 * Read beside: respond.ts (QueryOutcome), shared/event-kinds.ts, shared/log.ts
 * Pure: an outcome in, words and hexadecimal out.
 */
import type { EventKinds, OrderEvent } from '#shared/event-kinds.ts'
import type { OrderDecision } from '../answer/orderer.ts'
import { formatRdata } from '../rdata/layouts.ts'
import { className, rcodeName, typeName } from '../wire/codes.ts'
import { formatName } from '../wire/name-text.ts'
import type { Question } from '../wire/question.ts'
import type { QueryOutcome } from './respond.ts'

/** The event `dns.query`. Called only while `GET /events` is open. */
export function queryEvent(outcome: QueryOutcome): EventKinds['dns.query'] {
  const { client, query, response, id, question, rcode, orders, why } = outcome
  return {
    client: `${client.address}:${client.port}`,
    transport: client.transport,
    query: Buffer.from(query).toString('hex'),
    answer: response?.toString('hex') ?? null,
    ...(question && id !== undefined && { ...describeQuestion(question), id }),
    ...(rcode !== undefined && { rcode: rcodeName(rcode) }),
    ...(why !== undefined && { why }),
    ...(orders.length > 0 && { order: orders.map(orderEvent) }),
  }
}

/** The fields of one line of the query log. */
export function queryLogFields({ client, question, rcode, response, why }: QueryOutcome): Record<string, unknown> {
  return {
    client: `${client.address}#${client.port}`,
    transport: client.transport,
    ...(question && describeQuestion(question)),
    rcode: rcode === undefined ? 'no response' : rcodeName(rcode),
    octets: response?.length ?? 0,
    ...(why !== undefined && { why }),
  }
}

function describeQuestion({ name, class: klass, type }: Question): { name: string; class: string; type: string } {
  return { name: formatName(name), class: className(klass), type: typeName(type) }
}

function orderEvent({ rrset, policy, order, why, unusable }: OrderDecision): OrderEvent {
  const { name, type, data } = rrset
  return {
    owner: formatName(name),
    type: typeName(type),
    policy,
    records: order.map(position => formatRdata(type, data[position] ?? {})),
    left_out: data.length - order.length,
    why,
    ...(unusable !== undefined && { health: unusable }),
  }
}
