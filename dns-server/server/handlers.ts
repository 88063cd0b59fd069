/**
 * What happens to a message between the socket and respond(): it is answered, counted, logged, and shown to whoever watches.
 *
 * Read beside: answer/respond.ts (the answer), compiled/fast-path.ts (the same answer, sooner), udp.ts and tcp.ts (which call this)
 * Touches the world: through the log it is given.
 */
import type { Events } from '#shared/events.ts'
import type { Log } from '#shared/log.ts'
import { type Client, type Exchange, failure, messagesOf, respond, type Service } from '../answer/respond.ts'
import type { Compiled } from '../compiled/compiled.ts'
import { describeExchange } from './event.ts'
import type { Metrics } from './metrics.ts'
import { logExchange } from './query-log.ts'
import type { Switch } from './switches.ts'
import type { StreamHandler } from './tcp.ts'
import type { Handler } from './udp.ts'

export interface Observers {
  readonly metrics: Metrics
  readonly events: Events
  readonly log: Log
  readonly queryLog: Switch
}

export function handlersFor(
  service: Service,
  compiled: Compiled,
  { metrics, events, log, queryLog }: Observers,
): { datagram: Handler; stream: StreamHandler } {
  /** One query that shows an error of ours must not end the service for all others. */
  const respondOrFail = (octets: Buffer, client: Client): Exchange => {
    try {
      return respond(octets, client, service)
    } catch (error) {
      log.error('a query could not be answered', { query: octets.toString('hex'), stack: (error as Error).stack })
      return failure(octets, client, error)
    }
  }
  const exchange = (octets: Buffer, client: Client): Exchange => {
    const begun = performance.now()
    const exchange = respondOrFail(octets, client)
    metrics.count(exchange)
    metrics.countLatency((performance.now() - begun) / 1000)
    if (queryLog.enabled) logExchange(log, exchange)
    events.publish('dns.query', () => describeExchange(exchange))
    return exchange
  }

  /** What nobody watches may be answered from the table, without being taken apart. The table knows of no zone that is held. */
  const isOrdinary = ({ address }: Client) =>
    !queryLog.enabled && !events.watched && !service.zones.anyHeld && service.rateLimit?.exempts(address) !== false
  const datagram: Handler = (octets, client) => {
    if (!isOrdinary(client)) return exchange(octets, client).response
    const begun = metrics.isTimed() ? performance.now() : undefined
    const answer = compiled.answer(octets)
    if (!answer) return exchange(octets, client).response
    if (begun !== undefined) metrics.countSample((performance.now() - begun) / 1000)
    return answer
  }
  return { datagram, stream: (octets, client) => messagesOf(exchange(octets, client)) }
}
