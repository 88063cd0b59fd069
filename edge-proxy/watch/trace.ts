/**
 * What happened to one request, for people: octets of both sides, what became of each field, which backends were asked and why, times.
 *
 * Read beside: ../exchange/neighbours.ts (ExchangeRecord), shared/events.ts (nothing here runs without a watcher)
 * Pure: an exchange in, an object out.
 */

import type { ForwardedEvent } from '#shared/event-kinds.ts'
import type { ExchangeRecord } from '../exchange/neighbours.ts'
import { fieldVerdicts } from './field-verdicts.ts'
import { maskedHead, maskedTarget } from './masking.ts'

export function traceOf(exchange: ExchangeRecord, now: number): ForwardedEvent {
  const { request, responseRelay: relay, attempts } = exchange
  const response = relay?.head
  const { head } = request
  return {
    client: request.clientAddress,
    method: head.method,
    target: maskedTarget(head.target),
    status: response?.status ?? null,
    ms: round(now - request.at),
    attempts: attempts.list.map(({ choice, reused, reason, outcome }) => ({
      backend: choice.backend.name,
      address: choice.backend.authority,
      connection: reused ? 'kept alive' : 'new',
      reason,
      outcome,
    })),
    request: {
      contentOctets: exchange.requestRelay.octets,
      headOctets: request.headLength,
      sentHead: maskedHead(exchange.requestRelay.sentHead),
      fields: fieldVerdicts(head.fields, exchange.requestRelay.sentHead),
    },
    response: {
      contentOctets: relay?.octets ?? 0,
      sentHead: maskedHead(relay?.sentHead ?? ''),
      fields: response === undefined ? [] : fieldVerdicts(response.fields, relay?.sentHead ?? ''),
    },
  }
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100
}
