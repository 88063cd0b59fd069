/**
 * An exchange as an event: what `GET /events` shows of each query.
 *
 * Read beside: answer/respond.ts (Exchange), shared/events.ts
 * Pure: an exchange in, words and hexadecimal out. Called only while somebody watches.
 */
import type { EventKinds, OrderEvent } from '#shared/event-kinds.ts'
import type { Decision } from '../answer/orderer.ts'
import type { Exchange } from '../answer/respond.ts'
import { formatRdata } from '../rdata/layouts.ts'
import { className, rcodeName, typeName } from '../wire/codes.ts'
import { formatName } from '../wire/name-text.ts'

export function describeExchange({
  client,
  query,
  response,
  asked,
  rcode,
  decisions,
  why,
}: Exchange): EventKinds['dns.query'] {
  return {
    client: `${client.address}:${client.port}`,
    transport: client.transport,
    query: Buffer.from(query).toString('hex'),
    answer: response?.toString('hex') ?? null,
    ...(asked && {
      name: formatName(asked.question.name),
      type: typeName(asked.question.type),
      class: className(asked.question.class),
      id: asked.header.id,
    }),
    ...(rcode !== undefined && { rcode: rcodeName(rcode) }),
    ...(why !== undefined && { why }),
    ...(decisions.length > 0 && { order: decisions.map(describeDecision) }),
  }
}

function describeDecision({ rrset, policy, order, why, unusable }: Decision): OrderEvent {
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
