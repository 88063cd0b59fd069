/**
 * The events of the client: what a browser does between a name and a response. Each carries the id of its request.
 *
 * Read beside: shared/event-kinds.ts (the events of the servers), web-client.ts (which publishes these)
 * Pure: types, and the form in which a look-up is published.
 */
import type { EventKinds } from '#shared/event-kinds.ts'
import type { AttemptFailure, NextStep } from './http/retry.ts'
import type { DnsExchange } from './resolver/dns-exchange.ts'
import type { Lookup } from './resolver/stub-resolver.ts'

declare module '#shared/event-kinds.ts' {
  interface EventKinds {
    /** One look-up of one type; `query` and `response` are the octets in hexadecimal, missing when the cache answered. */
    'client.lookup': Lookup & { readonly query?: string; readonly response?: string }
    /** An address was chosen among the candidates, in their order. */
    'client.address': {
      readonly address: string
      readonly candidates: readonly string[]
      readonly connection: 'new' | 'reused'
    }
    /** A TCP connection was made. */
    'client.connected': {
      readonly address: string
      readonly port: number
      readonly localPort: number
      readonly ms: number
    }
    /** An attempt failed; `step` is what was done next. */
    'client.failure': Pick<AttemptFailure, 'stage' | 'reused' | 'received'> & {
      readonly address: string
      readonly why: string
      readonly step: NextStep
    }
    'client.response': {
      readonly status: number
      readonly frontend: string
      readonly backend: string | undefined
      readonly resolved: 'cache' | 'query' | 'kept' | 'given'
      /** From the beginning of the last attempt to the head of the response. */
      readonly headMs: number
      /** All in all. */
      readonly ms: number
    }
  }
}

/** A look-up as it is published. */
export function lookupEvent(lookup: Lookup, exchange: DnsExchange | undefined): EventKinds['client.lookup'] {
  if (exchange === undefined) return lookup
  return { ...lookup, query: exchange.query.toString('hex'), response: exchange.response.toString('hex') }
}
