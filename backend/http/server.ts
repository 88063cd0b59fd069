/**
 * The HTTP server: each request is identified, given to its route, and answered with the route's response or its refusal. All
 * other parts of the backend work with values; HTTP is written here.
 *
 * Read beside: router.ts, request-context.ts, reply.ts, error-reply.ts, malformed-requests.ts; `node:http`, RFC 9110
 * Shell: one HTTP server; main.ts opens its port.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import type { Clock } from '#shared/clock.ts'
import type { Events } from '#shared/events.ts'
import { HEALTH_PATH } from '#shared/health.ts'
import { isHost } from '#shared/host-field.ts'
import { describeError, type Log } from '#shared/log.ts'
import { Refusal } from '../refusal.ts'
import { Trace } from '../trace.ts'
import { chooseForm, prefersPage, type ResponseForm } from './accept.ts'
import { isArriving, sendEarly } from './early-response.ts'
import { defect, type ErrorPage, errorReply } from './error-reply.ts'
import { type Caller, identifyCaller } from './forwarded.ts'
import { codeOf, MalformedRequests, type ParseError } from './malformed-requests.ts'
import { empty, type Reply } from './reply.ts'
import { RequestContext } from './request-context.ts'
import { parseTarget } from './request-target.ts'
import type { Route, Router } from './router.ts'
import { forgery } from './same-origin.ts'

export interface HttpServerOptions {
  /** The value of `X-Served-By`: the host's name on the map. */
  readonly name: string
  readonly router: Router
  /** Whether `X-Forwarded-*` from this address is trusted. */
  readonly trusted: (peer: string) => boolean
  readonly clock: Clock
  readonly events: Events
  readonly log: Log
  /** Called with every response: the route (undefined if there was none), the status, milliseconds. */
  readonly observe: (route: Route | undefined, status: number, ms: number) => void
  /** While this is true, every response has `Connection: close`. */
  readonly draining: () => boolean
  readonly errorPage: ErrorPage
  /** Faults that are caused on purpose (faults.ts); without it there are none. */
  readonly faults?: FaultyRoutes
}

/** While no fault is in force, a request looks at `inForce` alone. */
export interface FaultyRoutes {
  readonly inForce: boolean
  handle(route: Route, context: RequestContext): Reply | Promise<Reply>
}

/** Milliseconds and octets. The edges close idle connections sooner, so a request never meets a connection that is closing here. */
const LIMITS = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: 75_000,
}

/** Otherwise Node keeps the first of two Host fields without a trace of the second. */
const FIELDS = { joinDuplicateHeaders: true }

export function createHttpServer(options: HttpServerOptions): Server {
  const malformed = new MalformedRequests(options.name, LIMITS)
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    if (dispatch(options, request, response) === 'later') malformed.note(request, response)
  }
  const server = createServer({ ...LIMITS, ...FIELDS, noDelay: true }, answer)
  // An unknown expectation is ignored (RFC 9110 §10.1.1: a server MAY refuse it). Without a listener Node answers a bare 417.
  server.on('checkExpectation', answer)
  server.on('clientError', (error: ParseError, socket) => malformed.refuse(codeOf(error), socket))
  // Without a listener Node closes the connection without a response.
  server.on('connect', (_, socket) => malformed.refuse('CONNECT', socket))
  return server
}

/** Connections that may wait to be accepted: a class that clicks at the same moment. Node's default is 511; Linux cuts it at `somaxconn`. */
export const BACKLOG = 4096

/** @returns whether the response has been written when this returns */
function dispatch(options: HttpServerOptions, request: IncomingMessage, response: ServerResponse): 'now' | 'later' {
  const started = options.clock.now()
  const peer = request.socket.remoteAddress ?? ''
  const fields = request.headers
  const caller = identifyCaller(peer, options.trusted(peer), {
    forwardedFor: fields['x-forwarded-for'] as string | undefined,
    forwardedProto: fields['x-forwarded-proto'] as string | undefined,
    requestId: fields['x-request-id'] as string | undefined,
  })
  const { socket } = request
  const trace = new Trace(caller.requestId, () => socket.readableEnded || !socket.writable)
  options.events.publish('backend.received', () => describeRequest(request, caller), trace.id)
  let route: Route | undefined
  let form: ResponseForm = 'json'
  const finish = (reply: Reply) => {
    const ms = options.clock.now() - started
    write(options, request, response, reply, trace, ms)
    options.observe(route, reply.status, ms)
    if (ABUSE.has(reply.status)) logAbuse(options.log, request, caller, reply)
    options.events.publish('backend.request', () => describe(request, caller, reply, trace, ms), trace.id)
  }
  const fail = (error: unknown) => {
    const refusal = error instanceof Refusal ? error : logDefect(options.log, error, trace)
    finish(errorReply(refusal, prefersPage(fields.accept, fields['content-type']) ? options.errorPage : undefined))
  }
  try {
    refuseInvalid(request)
    const { path, query } = parseTarget(request.url ?? '/')
    const found = options.router.find(request.method ?? '', path)
    if (!('route' in found)) {
      finish(empty(['Allow', found.allow]))
      return 'now'
    }
    route = found.route
    refuseForgery(request)
    const { produces = JSON_ALONE } = route
    if (produces !== 'any') form = chooseForm(fields.accept, fields['content-type'], produces)
    const context = new RequestContext(request, caller, trace, found.id, query, form)
    const reply = options.faults?.inForce ? options.faults.handle(route, context) : route.handle(context)
    if (reply instanceof Promise) {
      reply.then(finish).catch(fail)
      return 'later'
    }
    finish(reply)
  } catch (error) {
    fail(error)
  }
  return 'now'
}

const JSON_ALONE = ['json'] as const

function refuseInvalid({ httpVersion, httpVersionMajor, headers: { host } }: IncomingMessage): void {
  if (httpVersionMajor !== 1) throw new Refusal(505, `HTTP/1.1 is needed, not HTTP/${httpVersion}`)
  // RFC 9112 §3.2: more than one Host (node:http joins them by a comma) or an invalid one MUST be answered with 400.
  if (host !== undefined && !isHost(host))
    throw new Refusal(400, 'one Host field is needed, with the name or address of this server')
}

function refuseForgery(request: IncomingMessage): void {
  const { host, origin, 'sec-fetch-site': fetchSite } = request.headers
  const why = forgery({ method: request.method ?? '', host, origin, fetchSite: fetchSite as string | undefined })
  if (why !== undefined) throw new Refusal(403, why)
}

/** Every error that is not a {@link Refusal} is a defect of the server: logged in full, and hidden from the client. */
function logDefect(log: Log, error: unknown, trace: Trace): Refusal {
  const stack = (error as Error)?.stack
  log.error('a request failed with an unexpected error', { request: trace.id, reason: describeError(error), stack })
  return defect(trace.id)
}

function write(
  options: HttpServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
  reply: Reply,
  trace: Trace,
  ms: number,
): void {
  const { status, headers, body } = reply
  if (response.headersSent || response.destroyed) {
    if (body instanceof Readable) body.destroy() // the client has gone: its stream must not stay open
    return
  }
  const fields = [...headers, 'X-Request-Id', trace.id, 'X-Served-By', options.name]
  fields.push('Server-Timing', trace.serverTiming(ms))
  if (options.draining()) fields.push('Connection', 'close')
  if (body instanceof Readable) {
    response.writeHead(status, fields)
    if (request.method === 'HEAD') {
      body.destroy() // RFC 9110 §9.3.2: no content; the stream would keep the response open
      response.end()
      return
    }
    response.on('close', () => body.destroy())
    body.on('error', () => response.destroy()) // the client sees an incomplete response
    body.pipe(response)
    return
  }
  // RFC 9110 §8.6: a 204 has no Content-Length; that of a 304 would be the length of the 200 that was not sent.
  if (status !== 204 && status !== 304) fields.push('Content-Length', String(Buffer.byteLength(body)))
  response.writeHead(status, fields)
  if (isArriving(request)) sendEarly(request, response, body)
  else response.end(body)
}

/** Statuses that an attack causes: forbidden requests, and too many of them. Wrong passwords are logged by routes/login.ts. */
const ABUSE: ReadonlySet<number> = new Set([403, 429])

function logAbuse(log: Log, { method, url }: IncomingMessage, { address, requestId }: Caller, { status }: Reply): void {
  log.warn('a request was refused', { status, method, path: pathOf(url), client: address, request: requestId })
}

/** Without the query: it may contain a password that a form sent with GET. */
function pathOf(url = ''): string {
  return url.split('?', 1)[0] ?? ''
}

function describe(request: IncomingMessage, caller: Caller, { status }: Reply, { redis, mysql }: Trace, ms: number) {
  return { ...describeRequest(request, caller), status, ms, redis, mysql }
}

function describeRequest({ method = '', url }: IncomingMessage, { address: client }: Caller) {
  const path = pathOf(url)
  return { client, method, path, probe: path === HEALTH_PATH }
}
