/**
 * What happens to a message between the socket and respond(): it is answered, counted, logged, and published as an event.
 *
 * Read beside: server/respond.ts (the answer), compiled/fast-path.ts (the same answer from prepared octets), udp.ts and tcp.ts (which call this)
 * Touches the world: through the log it is given.
 */
import type { Events } from '#shared/events.ts'
import type { Log } from '#shared/log.ts'
import type { DnsClient } from '../answer/decider.ts'
import type { Compiled } from '../compiled/compiled.ts'
import { queryEvent, queryLogFields } from './describe-query.ts'
import type { DnsMetrics } from './metrics.ts'
import { type DnsService, failure, messagesOf, type QueryOutcome, respond } from './respond.ts'
import type { Switch } from './switches.ts'
import type { StreamHandler } from './tcp.ts'
import type { DatagramHandler } from './udp.ts'

export interface Observers {
  readonly metrics: DnsMetrics
  readonly events: Events
  readonly log: Log
  readonly queryLog: Switch
}

/** @param isLimited whether the response rate limit counts an address */
export function handlersFor(
  service: DnsService,
  compiled: Compiled,
  isLimited: (address: string) => boolean,
  { metrics, events, log, queryLog }: Observers,
): { datagram: DatagramHandler; stream: StreamHandler } {
  /** A query that causes an error of this program must not end the service for all others. */
  const respondOrFail = (octets: Buffer, client: DnsClient): QueryOutcome => {
    try {
      return respond(octets, client, service)
    } catch (error) {
      log.error('a query could not be answered', { query: octets.toString('hex'), stack: (error as Error).stack })
      return failure(octets, client, error)
    }
  }
  const answer = (octets: Buffer, client: DnsClient): QueryOutcome => {
    const begun = performance.now()
    const outcome = respondOrFail(octets, client)
    metrics.count(outcome)
    metrics.countLatency((performance.now() - begun) / 1000)
    if (queryLog.enabled) log.info('query', queryLogFields(outcome))
    events.publish('dns.query', () => queryEvent(outcome))
    return outcome
  }

  /** Whether the fast path may answer: it writes no log and no events, has no rate limit, and does not cover zones that are held. */
  const isOrdinary = ({ address }: DnsClient) =>
    !queryLog.enabled && !events.watched && !service.zones.anyHeld && !isLimited(address)
  const datagram: DatagramHandler = (octets, client) => {
    if (!isOrdinary(client)) return answer(octets, client).response
    const begun = metrics.isTimed() ? performance.now() : undefined
    const response = compiled.answer(octets)
    if (!response) return answer(octets, client).response
    if (begun !== undefined) metrics.countSample((performance.now() - begun) / 1000)
    return response
  }
  return { datagram, stream: (octets, client) => messagesOf(answer(octets, client)) }
}
