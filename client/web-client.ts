/**
 * A client that behaves like a browser: it resolves the name at the lab's DNS servers, connects to the first address, takes the next one
 * when that fails, keeps connections and cookies, and gives each request an id.
 *
 * DNS is decoded by the dns2 library and HTTP is spoken by undici: neither is the code that the lab's servers encode with.
 *
 * Read beside: resolver/stub-resolver.ts, http/connection.ts, http/retry.ts, http/cookie-jar.ts
 * Touches the world: UDP and TCP to the DNS servers, TCP to the addresses that they name.
 */
import { randomUUID } from 'node:crypto'
import { isIP } from 'node:net'
import { systemClock } from '#shared/clock.ts'
import type { EventKind, EventKinds } from '#shared/event-kinds.ts'
import type { Events } from '#shared/events.ts'
import { lookupEvent } from './client-events.ts'
import { AttemptError, HttpConnection, type IncomingResponse, type OutgoingRequest } from './http/connection.ts'
import { CookieJar } from './http/cookie-jar.ts'
import { ConnectionPool } from './http/pool.ts'
import { type NextStep, nextStep } from './http/retry.ts'
import type { DnsServerAddress } from './resolver/dns-exchange.ts'
import { type CacheMode, ResolveError, StubResolver } from './resolver/stub-resolver.ts'

export interface WebClientOptions {
  /** Asked in this order. */
  readonly servers: readonly DnsServerAddress[]
  /** The port of `http://` URLs that name none: 8080 where the lab may not bind 80. */
  readonly httpPort?: number
  readonly cache?: CacheMode
  readonly keepAlive?: boolean
  readonly events?: Events
  /** Milliseconds that one address may take to accept a connection (default 2000). */
  readonly connectMs?: number
  /** Milliseconds until the head of a response (default 30000). */
  readonly responseMs?: number
}

export interface WebRequest {
  readonly method?: string
  /** The value of X-Request-Id; a new one when missing. */
  readonly id?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Is sent as application/json. */
  readonly json?: unknown
  /** Is sent as application/x-www-form-urlencoded. */
  readonly form?: Readonly<Record<string, string>>
  /** Connects to this address instead of resolving the name. */
  readonly address?: string
}

/** One connection that was tried, in order. */
export interface WebAttempt {
  readonly address: string
  readonly connection: 'new' | 'reused'
  /** Why it failed; undefined for the attempt that brought the response. */
  readonly failure?: string
}

export interface WebResponse {
  readonly id: string
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
  /** The first part of X-Served-By; empty when the field is missing. */
  readonly frontend: string
  /** Undefined when the edge proxy itself answered. */
  readonly backend: string | undefined
  /** `kept`: an open connection was used and nothing was resolved. `given`: the caller named the address. */
  readonly resolved: 'cache' | 'query' | 'kept' | 'given'
  /** The last one brought the response. */
  readonly attempts: readonly WebAttempt[]
  /** Milliseconds in all. */
  readonly ms: number
  /** The body, taken to be what the caller expects. @throws SyntaxError when it is not JSON */
  json<Body = Record<string, unknown>>(): Body
}

/** One request on its way. */
interface RequestUnderWay {
  readonly id: string
  readonly target: URL
  readonly address: string | undefined
  readonly outgoing: OutgoingRequest
  readonly attempts: WebAttempt[]
}

export class WebClient {
  readonly resolver: StubResolver
  readonly #options: WebClientOptions
  readonly #pool = new ConnectionPool()
  readonly #cookies = new CookieJar()

  constructor(options: WebClientOptions) {
    this.#options = options
    this.resolver = new StubResolver({
      servers: options.servers,
      cache: options.cache ?? 'ttl',
      clock: systemClock,
      observe: (lookup, exchange, request) =>
        options.events?.publish('client.lookup', () => lookupEvent(lookup, exchange), request),
    })
  }

  /**
   * Sends one request and reads the whole response, whatever its status. Redirects are not followed.
   *
   * @param url absolute, `http://www.meutrabalho.com.br/perfil`
   * @throws ResolveError when the name has no address; AttemptError when no attempt brings a response
   */
  async send(url: string, request: WebRequest = {}): Promise<WebResponse> {
    const started = performance.now()
    const target = new URL(url)
    const id = request.id ?? randomUUID()
    const journey: RequestUnderWay = {
      id,
      target,
      address: request.address,
      outgoing: this.#outgoing(target, request, id),
      attempts: [],
    }
    const { response, resolved } = await this.#journey(journey)
    const setCookie = [response.headers['set-cookie'] ?? []].flat()
    this.#cookies.take(target.hostname, setCookie, Date.now())
    const [frontend = '', backend] = String(response.headers['x-served-by'] ?? '').split(', ')
    const ms = performance.now() - started
    const { status, headers, body, headMs } = response
    this.#publish('client.response', id, () => ({ status, frontend, backend, resolved, headMs, ms }))
    const { attempts } = journey
    return { id, status, headers, body, frontend, backend, resolved, attempts, ms, json: () => JSON.parse(body) }
  }

  /** The Cookie field that the next request to a host would carry; undefined when there is none. */
  cookieFor(host: string): string | undefined {
    return this.#cookies.fieldFor(host, Date.now())
  }

  /** As a new window without history: no cached answer, no open connection, no cookie. */
  forget(): void {
    this.resolver.forget()
    this.#pool.flush()
    this.#cookies.clear()
  }

  /** Closes every connection; requests under way fail. */
  close(): void {
    this.#pool.close()
  }

  /** A kept connection first; without one, or when it was closed meanwhile, the addresses of the name in their order. */
  async #journey(journey: RequestUnderWay): Promise<Pick<WebResponse, 'resolved'> & { response: IncomingResponse }> {
    const kept = journey.address === undefined ? this.#pool.take(journey.target.host) : undefined
    if (kept) {
      const outcome = await this.#attempt(kept, [kept.address], journey, false)
      if (typeof outcome === 'object') return { response: outcome, resolved: 'kept' }
    }
    const { addresses, resolved } = await this.#addressesFor(journey)
    for (const address of addresses) {
      const connection = this.#connect(address, journey)
      const outcome = await this.#attempt(connection, addresses, journey, kept !== undefined)
      if (typeof outcome === 'object') return { response: outcome, resolved }
    }
    throw new ResolveError('nodata', `${journey.target.hostname} has no address`)
  }

  async #addressesFor({ target, address, id }: RequestUnderWay) {
    const literal = target.hostname.replace(/^\[|\]$/g, '')
    if (address !== undefined || isIP(literal)) return { addresses: [address ?? literal], resolved: 'given' as const }
    const { addresses, lookups } = await this.resolver.addressesOf(target.hostname, id)
    const fromCache = lookups.every(lookup => lookup.source === 'cache')
    return { addresses, resolved: fromCache ? ('cache' as const) : ('query' as const) }
  }

  /** @returns the response, or what {@link nextStep} decides @throws AttemptError where it gives up, or no address is left */
  async #attempt(
    connection: HttpConnection,
    candidates: readonly string[],
    { id, outgoing, target, attempts }: RequestUnderWay,
    repeated: boolean,
  ): Promise<IncomingResponse | NextStep> {
    const { address } = connection
    const state = connection.used ? 'reused' : 'new'
    this.#publish('client.address', id, () => ({ address, candidates, connection: state }))
    try {
      const response = await connection.send(outgoing)
      this.#pool.give(target.host, connection)
      attempts.push({ address, connection: state })
      return response
    } catch (error) {
      this.#pool.drop(connection)
      if (!(error instanceof AttemptError)) throw error
      attempts.push({ address, connection: state, failure: error.message })
      const isLast = address === candidates.at(-1)
      const decided = nextStep({ ...error.failure, method: outgoing.method, repeated })
      const step = decided === 'next-address' && isLast ? 'give-up' : decided
      this.#publish('client.failure', id, () => ({ address, ...error.failure, why: error.message, step }))
      if (step === 'give-up') throw error
      return step
    }
  }

  #connect(address: string, { target, id }: RequestUnderWay): HttpConnection {
    const { httpPort = 80, keepAlive = false, connectMs = 2000, responseMs = 30_000 } = this.#options
    const port = target.port === '' ? httpPort : Number(target.port)
    const connected = (ms: number, localPort: number) =>
      this.#publish('client.connected', id, () => ({ address, port, localPort, ms }))
    const connection = new HttpConnection(address, port, keepAlive, { connectMs, responseMs }, connected)
    this.#pool.add(connection)
    return connection
  }

  #outgoing(target: URL, { method = 'GET', headers, json, form }: WebRequest, id: string): OutgoingRequest {
    const cookie = this.cookieFor(target.hostname)
    const body = json === undefined ? form && new URLSearchParams(form).toString() : JSON.stringify(json)
    const type = json === undefined ? 'application/x-www-form-urlencoded' : 'application/json'
    return {
      method,
      path: `${target.pathname}${target.search}`,
      headers: {
        host: target.host,
        ...(cookie === undefined ? {} : { cookie }),
        ...(body === undefined ? {} : { 'content-type': type }),
        ...headers,
        'x-request-id': id,
      },
      body,
    }
  }

  #publish<Kind extends EventKind>(kind: Kind, id: string, detail: () => EventKinds[Kind]): void {
    this.#options.events?.publish(kind, detail, id)
  }
}
