/**
 * A stub resolver, as an operating system and a browser have one: a cache, and a list of servers of which the next is asked when one
 * gives no answer.
 *
 * Read beside: RFC 1034 §5.3.1 (stub resolvers), RFC 8305 §3, §4 (A and AAAA are asked for at the same time), resolv.conf(5)
 * Touches the world: through dns-exchange.ts, UDP and TCP to the servers.
 */
import type { Clock } from '#shared/clock.ts'
import { describeError } from '#shared/log.ts'
import { type AddressAnswer, type AddressType, canonicalName, readAddresses } from './address-answer.ts'
import { AnswerCache } from './answer-cache.ts'
import { type DnsExchange, type DnsServerAddress, exchangeDns, NoDnsResponse } from './dns-exchange.ts'

/** `none`: each look-up is a query. `ttl`: an answer is reused until its TTL has passed, as browsers and systems do. */
export type CacheMode = 'none' | 'ttl'

export interface StubResolverOptions {
  /** In the order in which they are asked: ns1, then ns2. */
  readonly servers: readonly DnsServerAddress[]
  readonly cache: CacheMode
  readonly clock: Clock
  /** How long one server may take, in milliseconds (default 1000). */
  readonly timeoutMs?: number
  /** Called for each look-up, answered from the cache or by a server, with the id of the HTTP request that needed it. */
  readonly observe?: (lookup: Lookup, exchange?: DnsExchange, request?: string) => void
}

/** The result of one look-up of one type. */
export interface Lookup extends AddressAnswer {
  readonly name: string
  readonly type: AddressType
  readonly source: 'cache' | 'query'
  /** `address:port` of the server that answered; undefined for the cache. */
  readonly server?: string
  /** Milliseconds, with the servers that did not answer. */
  readonly ms: number
  /** Servers that were asked before without success, and why. */
  readonly failures: readonly string[]
}

/** A name has no address, or no server gave an answer. */
export class ResolveError extends Error {
  override name = 'ResolveError'
  /** `silence`: no server answered. */
  readonly reason: 'nodata' | 'nxdomain' | 'refused' | 'silence'
  constructor(reason: ResolveError['reason'], message: string) {
    super(message)
    this.reason = reason
  }
}

/** The list of servers is gone through twice, as with `attempts:2` of resolv.conf(5). */
const ROUNDS = 2
const TIMEOUT_MS = 1000

export class StubResolver {
  readonly #options: StubResolverOptions
  readonly #cache = new AnswerCache()
  /** Look-ups under way: with a cache, a second one of the same name and type waits for the first. */
  readonly #pending = new Map<string, Promise<Lookup>>()

  constructor(options: StubResolverOptions) {
    this.#options = options
  }

  /**
   * Asks for IPv6 and IPv4 addresses at the same time. IPv6 addresses come first (RFC 6724 §2.1), each family in the order of its answer.
   *
   * @throws ResolveError when there is no address at all
   */
  async addressesOf(name: string, request?: string): Promise<{ addresses: string[]; lookups: Lookup[] }> {
    const results = await Promise.allSettled([this.lookup(name, 'AAAA', request), this.lookup(name, 'A', request)])
    const lookups = results.flatMap(result => (result.status === 'fulfilled' ? result.value : []))
    const addresses = lookups.flatMap(lookup => lookup.addresses)
    if (addresses.length > 0) return { addresses, lookups }
    for (const result of results) if (result.status === 'rejected') throw result.reason
    const reason = lookups.some(lookup => lookup.outcome === 'nxdomain') ? 'nxdomain' : 'nodata'
    const what = reason === 'nxdomain' ? 'does not exist (NXDOMAIN)' : 'has no address (NODATA)'
    throw new ResolveError(reason, `${name} ${what}`)
  }

  /** @throws ResolveError when no server answers, or none has the zone; an absent record is not an error */
  async lookup(name: string, type: AddressType, request?: string): Promise<Lookup> {
    if (this.#options.cache === 'none') return this.#query(name, type, request)
    const { clock } = this.#options
    const cached = this.#cache.get(name, type, clock.now())
    if (cached)
      return this.#observed({ ...cached, name, type, source: 'cache', ms: 0, failures: [] }, undefined, request)
    const key = `${type} ${canonicalName(name)}`
    const pending = this.#pending.get(key)
    if (pending) return pending
    const query = this.#query(name, type, request).finally(() => this.#pending.delete(key))
    this.#pending.set(key, query)
    const found = await query
    const { outcome, rcode, addresses, ttl } = found
    this.#cache.put(name, type, { outcome, rcode, addresses, ttl }, clock.now())
    return found
  }

  /** Empties the cache, as "Clear host cache" does in a browser. */
  forget(): void {
    this.#cache.clear()
  }

  async #query(name: string, type: AddressType, request?: string): Promise<Lookup> {
    const { servers, clock, timeoutMs = TIMEOUT_MS } = this.#options
    const started = clock.now()
    const failures: string[] = []
    let refused = false
    for (let round = 0; round < ROUNDS; round++) {
      for (const server of servers) {
        const place = `${server.address}:${server.port}`
        try {
          const exchange = await exchangeDns(server, name, type, timeoutMs)
          const answer = readAddresses(exchange.message, name, type)
          if (answer.outcome !== 'failed') {
            const ms = clock.now() - started
            return this.#observed(
              { ...answer, name, type, source: 'query', server: place, ms, failures },
              exchange,
              request,
            )
          }
          refused ||= answer.rcode === 'REFUSED'
          failures.push(`${place}: ${answer.rcode}`)
        } catch (error) {
          if (!(error instanceof NoDnsResponse)) throw error
          failures.push(describeError(error, 1))
        }
      }
      // A server that refuses a name will refuse it again.
      if (refused) break
    }
    throw new ResolveError(refused ? 'refused' : 'silence', `${name}: ${failures.join('; ')}`)
  }

  #observed(lookup: Lookup, exchange?: DnsExchange, request?: string): Lookup {
    this.#options.observe?.(lookup, exchange, request)
    return lookup
  }
}
