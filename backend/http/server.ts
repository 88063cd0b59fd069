/**
 * Every request's way through the backend: who asks, which route, its reply or its refusal, and the fields that all answers
 * carry. The rest of the backend neither sees nor writes HTTP.
 *
 * Read beside: router.ts, request-context.ts, reply.ts, malformed-requests.ts; `node:http`; RFC 9110, RFC 9457
 * Shell: one HTTP server (main.ts tells it where to listen).
 */
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { Clock } from '#shared/clock.ts'
import type { Events } from '#shared/events.ts'
import { HEALTH_PATH } from '#shared/health.ts'
import { describeError, type Log } from '#shared/log.ts'
import { errorPage } from '../pages/error-page.ts'
import { Refusal } from '../refusal.ts'
import { negotiate } from './accept.ts'
import { type Caller, identifyCaller } from './forwarded.ts'
import { MalformedRequests } from './malformed-requests.ts'
import { empty, page, type Reply, refused } from './reply.ts'
import { RequestContext, type ResponseForm } from './request-context.ts'
import { isHost, parseTarget } from './request-target.ts'
import type { Route, Router } from './router.ts'
import { forgery } from './same-origin.ts'
import { Trace } from './trace.ts'

export interface HttpServerOptions {
  /** What `X-Served-By` says: the host's name on the map. */
  readonly name: string
  readonly router: Router
  readonly trusted: (peer: string) => boolean
  readonly clock: Clock
  readonly events: Events
  readonly log: Log
  /** Told about every answer: the route's path (or nothing), the status, milliseconds. */
  readonly observe: (route: Route | undefined, status: number, ms: number) => void
  /** While it drains, every answer asks for the connection to be closed behind it. */
  readonly draining: () => boolean
}

/** Milliseconds and octets; the edges keep idle connections for less, so that it is they who close them. */
const LIMITS = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: 75_000,
}

/** By default Node would keep the first of two Host fields, and nobody would see that there was another. */
const FIELDS = { joinDuplicateHeaders: true }

export function createHttpServer(options: HttpServerOptions): Server {
  const malformed = new MalformedRequests(options.name, LIMITS)
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    if (handle(options, request, response) === 'later') malformed.note(request, response)
  }
  const server = createServer({ ...LIMITS, ...FIELDS, noDelay: true }, answer)
  // An expectation that nobody knows is passed over (RFC 9110 §10.1.1: a server MAY refuse it); Node would say 417, and no more.
  server.on('checkExpectation', answer)
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => malformed.refuse(error.code, socket))
  // Without a listener, Node would close the connection without a word.
  server.on('connect', (_, socket) => malformed.refuse('CONNECT', socket))
  return server
}

/** @returns whether it has been answered by now */
function handle(options: HttpServerOptions, request: IncomingMessage, response: ServerResponse): 'now' | 'later' {
  const started = options.clock.now()
  const peer = request.socket.remoteAddress ?? ''
  const fields = request.headers
  const caller = identifyCaller(peer, options.trusted(peer), {
    forwardedFor: fields['x-forwarded-for'] as string | undefined,
    forwardedProto: fields['x-forwarded-proto'] as string | undefined,
    requestId: fields['x-request-id'] as string | undefined,
  })
  const trace = new Trace(caller.requestId)
  let route: Route | undefined
  let form: ResponseForm = 'json'
  const finish = (reply: Reply) => {
    const ms = options.clock.now() - started
    write(options, response, reply, trace, ms)
    options.observe(route, reply.status, ms)
    if (ABUSE.has(reply.status)) logAbuse(options.log, request, caller, reply)
    options.events.publish('backend.request', () => describe(request, caller, reply, trace, ms), trace.id)
  }
  try {
    if (request.httpVersionMajor !== 1) throw new Refusal(505, `this is HTTP/1.1, not HTTP/${request.httpVersion}`)
    if (!isHost(fields.host)) throw new Refusal(400, 'one Host field is needed: the name or address of this server')
    const { path, query } = parseTarget(request.url ?? '/')
    const found = options.router.find(request.method ?? '', path)
    if (!('route' in found)) {
      finish(empty(['Allow', found.allow]))
      return 'now'
    }
    route = found.route
    refuseForgery(request)
    form = chooseForm(fields, route)
    const reply = route.handle(new RequestContext(request, caller, trace, found.id, query, form))
    if (reply instanceof Promise) {
      reply.then(finish).catch(error => finish(refuse(options, error, trace, form)))
      return 'later'
    }
    finish(reply)
  } catch (error) {
    finish(refuse(options, error, trace, form))
  }
  return 'now'
}

/** What an attack looks like from here: somebody who may not, and somebody who comes too often. Wrong passwords: routes/login.ts. */
const ABUSE: ReadonlySet<number> = new Set([403, 429])

function logAbuse(log: Log, { method, url }: IncomingMessage, { address, requestId }: Caller, { status }: Reply): void {
  log.warn('a request was refused', { status, method, path: pathOf(url), client: address, request: requestId })
}

/** Never with the query: somebody may have put a password there. */
function pathOf(url = ''): string {
  return url.split('?', 1)[0] ?? ''
}

/** Whoever sends JSON is a program, and gets JSON, however much its Accept looks like a browser's. */
function chooseForm(fields: IncomingHttpHeaders, { produces = JSON_ALONE }: Route): ResponseForm {
  const form = negotiate(
    fields.accept,
    produces.map(form => MEDIA_TYPES[form]),
  )
  if (form === undefined) {
    const offered = produces.map(form => MEDIA_TYPES[form]).join(' or ')
    throw new Refusal(406, `this is to be had as ${offered}, and Accept takes no such thing`)
  }
  if (form !== MEDIA_TYPES.html) return 'json'
  return /^application\/json\b/i.test(fields['content-type'] ?? '') ? 'json' : 'html'
}

const JSON_ALONE = ['json'] as const
const MEDIA_TYPES = { json: 'application/json', html: 'text/html' } as const

function refuseForgery(request: IncomingMessage): void {
  const { host, origin, 'sec-fetch-site': fetchSite } = request.headers
  const why = forgery({ method: request.method ?? '', host, origin, fetchSite: fetchSite as string | undefined })
  if (why !== undefined) throw new Refusal(403, why)
}

/** What was thrown, as a reply. Whatever is no {@link Refusal} is a defect of ours: logged whole, told to nobody. */
function refuse({ log }: HttpServerOptions, error: unknown, trace: Trace, form: ResponseForm): Reply {
  if (error instanceof Refusal) return form === 'html' ? refusedAsPage(error) : refused(error)
  log.error('a request failed in a way that nobody expected', {
    request: trace.id,
    reason: describeError(error),
    stack: (error as Error)?.stack,
  })
  const defect = new Refusal(500, `this is a defect of the server; its log tells more under ${trace.id}`)
  return form === 'html' ? refusedAsPage(defect) : refused(defect)
}

/** The same for people: who asked for a page with a browser cannot do much with a problem document. */
function refusedAsPage({ status, message, headers }: Refusal): Reply {
  return page(status, errorPage(status, message), headers)
}

function write(options: HttpServerOptions, response: ServerResponse, reply: Reply, trace: Trace, ms: number): void {
  if (response.headersSent || response.destroyed) return
  const fields = [
    ...reply.headers,
    'X-Request-Id',
    trace.id,
    'X-Served-By',
    options.name,
    'Server-Timing',
    trace.serverTiming(ms),
  ]
  // RFC 9110 §8.6: 204 has no length, and that of a 304 would be the length of the 200 that was not sent.
  if (reply.status !== 204 && reply.status !== 304) fields.push('Content-Length', String(Buffer.byteLength(reply.body)))
  if (options.draining()) fields.push('Connection', 'close')
  response.writeHead(reply.status, fields)
  response.end(reply.body)
}

function describe(request: IncomingMessage, caller: Caller, reply: Reply, trace: Trace, ms: number) {
  const path = pathOf(request.url)
  return {
    method: request.method ?? '',
    path,
    client: caller.address,
    status: reply.status,
    ms,
    redis: trace.redis,
    mysql: trace.mysql,
    probe: path === HEALTH_PATH,
  }
}
