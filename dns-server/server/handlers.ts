/**
 * What happens to a message between the socket and respond(): it is answered, counted, logged, and published as an event.
 *
 * Read beside: respond.ts (the answer), ../compiled/fast-path.ts (the same answer from prepared octets), udp.ts and tcp.ts (which call this)
 * Touches the world: through the log it is given.
 */
import type { Events } from '#shared/events.ts'
import type { Log } from '#shared/log.ts'
import type { Decider, DnsClient } from '../answer/decider.ts'
import type { Compiled } from '../compiled/compiled.ts'
import { queryEvent, queryLogFields } from './describe-query.ts'
import type { DnsMetrics } from './metrics.ts'
import { type DnsService, failure, messagesOf, type QueryOutcome, respond } from './respond.ts'
import type { Switch } from './switches.ts'

export interface Observers {
  readonly metrics: DnsMetrics
  readonly events: Events
  readonly log: Log
  readonly queryLog: Switch
}

/** What is done with a message: `datagram` and `stream` return the octets that are sent. */
export interface MessageHandlers {
  datagram(octets: Buffer, client: DnsClient): Buffer | undefined
  stream(octets: Buffer, client: DnsClient): Iterable<Buffer>
  /** By other deciders than those of the service. */
  answer(octets: Buffer, client: DnsClient, deciders: readonly Decider[]): QueryOutcome
  fastPath(): FastPathState
}

/** Whether queries may be answered from prepared octets (compiled/), and the reason if not. */
export interface FastPathState {
  readonly on: boolean
  readonly why?: string
}

const ON: FastPathState = { on: true }

/** @param isLimited whether the response rate limit counts an address */
export function handlersFor(
  service: DnsService,
  compiled: Compiled,
  isLimited: (address: string) => boolean,
  { metrics, events, log, queryLog }: Observers,
): MessageHandlers {
  /** A query that causes an error of this program must not end the service for all others. */
  const respondOrFail = (octets: Buffer, client: DnsClient, deciders: readonly Decider[]): QueryOutcome => {
    try {
      return respond(octets, client, deciders === service.deciders ? service : { ...service, deciders })
    } catch (error) {
      log.error('a query could not be answered', { query: octets.toString('hex'), stack: (error as Error).stack })
      return failure(octets, client, error)
    }
  }
  const answer = (octets: Buffer, client: DnsClient, deciders = service.deciders): QueryOutcome => {
    const begun = performance.now()
    const outcome = respondOrFail(octets, client, deciders)
    metrics.count(outcome)
    metrics.countLatency((performance.now() - begun) / 1000)
    if (queryLog.enabled) log.info('query', queryLogFields(outcome))
    events.publish('dns.query', () => queryEvent(outcome))
    return outcome
  }

  /** Why no query may take the fast path: it writes no log and no events, and does not cover zones that are held. */
  const fastPath = (): FastPathState => {
    if (queryLog.enabled) return { on: false, why: 'the query log is on' }
    if (events.watched) return { on: false, why: 'GET /events is open: each query is published' }
    return service.zones.anyHeld ? { on: false, why: 'a zone is held' } : ON
  }
  /** The fast path has no rate limit either. */
  const isOrdinary = ({ address }: DnsClient) => fastPath() === ON && !isLimited(address)
  const datagram = (octets: Buffer, client: DnsClient): Buffer | undefined => {
    if (!isOrdinary(client)) return answer(octets, client).response
    const begun = metrics.isTimed() ? performance.now() : undefined
    const response = compiled.answer(octets)
    if (!response) return answer(octets, client).response
    if (begun !== undefined) metrics.countSample((performance.now() - begun) / 1000)
    return response
  }
  return { datagram, stream: (octets, client) => messagesOf(answer(octets, client)), answer, fastPath }
}
