/**
 * The admin endpoint of every component, on its own address, port 9100: what it is doing, in three forms.
 *
 *   GET /status    JSON, now
 *   GET /metrics   Prometheus text, since the start
 *   GET /events    server-sent events, from now on
 *                  ?request=ID  only the events of one request
 *                  ?kind=KIND   only that kind (edge.request) or family (edge); may be given more than once
 *                  ?share=S     of all requests only this share, from above 0 to 1; the same requests in every component
 *
 * A component adds its own switches as `routes` ("POST /order", "POST /faults" …).
 *
 * Read beside: WHATWG HTML §9.2 (server-sent events), events.ts, RFC 9110 §15.5.6 (405 and Allow)
 * Touches the world: opens one TCP port.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { isIPv4 } from 'node:net'
import type { Registry } from 'prom-client'
import { type Events, isOfKind } from './events.ts'
import { parseHost } from './host-field.ts'
import { ADMIN_PORT, ZONE } from './network-map.ts'
import { PROBLEM_TYPE, problem } from './problem.ts'

/** Takes the parsed JSON body of a switch; what it returns is answered as JSON. Throws {@link AdminError} for bad input. */
export type AdminRoute = (body: unknown) => unknown | Promise<unknown>

export interface AdminOptions {
  readonly address: string
  readonly port?: number
  readonly events: Events
  readonly metrics: Pick<Registry, 'contentType' | 'metrics'>
  readonly status: () => unknown | Promise<unknown>
  /** Keys are a method and a path: `POST /order`. */
  readonly routes?: Readonly<Record<string, AdminRoute>>
}

/** What the caller did wrong; answered with this status and sentence. */
export class AdminError extends Error {
  override name = 'AdminError'
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

const BODY_LIMIT = 64 * 1024
/** A watcher for which this many octets wait is disconnected, so that a slow reader cannot fill the server's memory. */
const WATCHER_BACKLOG = 1024 * 1024

/** Opens the endpoint. @returns where it listens, and how to close it */
export async function openAdmin(options: AdminOptions): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    serve(options, request, response).catch(error => {
      const known = error instanceof AdminError
      sendProblem(response, known ? error.status : 500, known ? error.message : `unexpected: ${error?.message}`)
    })
  })
  server.listen(options.port ?? ADMIN_PORT, options.address)
  await once(server, 'listening')
  const bound = server.address()
  return {
    port: bound !== null && typeof bound === 'object' ? bound.port : 0,
    close: async () => {
      server.closeAllConnections()
      await new Promise(closed => server.close(closed))
    },
  }
}

async function serve(options: AdminOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = URL.parse(request.url ?? '/', 'http://admin')
  if (!url) throw new AdminError(400, 'the request target is not a valid URL')
  refuseRebound(request)
  // HEAD is GET without the content, which node:http leaves out by itself (RFC 9110 §9.3.2).
  const key = `${request.method === 'HEAD' ? 'GET' : request.method} ${url.pathname}`
  const own = options.routes?.[key]
  if (own) {
    refuseForeign(request, options.address)
    return sendJson(response, 200, (await own(await readJson(request))) ?? {})
  }
  if (key === 'GET /status') return sendJson(response, 200, await options.status())
  if (key === 'GET /metrics') {
    response.writeHead(200, { 'Content-Type': options.metrics.contentType })
    response.end(await options.metrics.metrics())
    return
  }
  if (key === 'GET /events') return streamEvents(options.events, url.searchParams, response)

  const methods = ['GET /status', 'GET /metrics', 'GET /events', ...Object.keys(options.routes ?? {})]
    .map(route => route.split(' '))
    .filter(([, path]) => path === url.pathname)
    .flatMap(([method]) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
  if (methods.length === 0) throw new AdminError(404, `there is no ${url.pathname} here`)
  response.setHeader('Allow', methods.join(', '))
  throw new AdminError(405, `${url.pathname} takes ${methods.join(', ')}, not ${request.method}`)
}

function streamEvents(events: Events, query: URLSearchParams, response: ServerResponse): void {
  const onlyRequest = query.get('request')
  const onlyKinds = query.getAll('kind')
  const share = shareFrom(query.get('share'))
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' })
  if (response.req.method === 'HEAD') return void response.end()
  response.write(': watching\n\n')
  const unwatch = events.watch(event => {
    if (onlyRequest !== null && event.request !== onlyRequest) return
    if (onlyKinds.length > 0 && !isOfKind(event.kind, onlyKinds)) return
    if (response.writableLength > WATCHER_BACKLOG) response.destroy()
    else response.write(`id: ${event.id}\nevent: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`)
  }, share)
  response.on('close', unwatch)
}

/** @throws AdminError 400 when `share` is not a number above 0 and at most 1 */
function shareFrom(text: string | null): number {
  const share = text === null ? 1 : Number(text)
  if (share > 0 && share <= 1) return share
  throw new AdminError(400, `share: a number above 0 and at most 1 is needed, not ${JSON.stringify(text)}`)
}

/**
 * After DNS rebinding, the name of a foreign web page leads to this address, and its scripts could read the responses. The browser still
 * sends the page's own name as Host. So only these are accepted: an address, a name without dots (no outside site can have one), and the lab's names.
 */
function refuseRebound({ headers: { host = '' } }: IncomingMessage): void {
  const name = parseHost(host)?.name
  if (name === undefined) throw new AdminError(400, `Host ${JSON.stringify(host)} is not a host`)
  if (name.includes('.') && !isIPv4(name) && name !== ZONE && !name.endsWith(`.${ZONE}`)) {
    throw new AdminError(403, `Host ${JSON.stringify(host)} is not a name of this lab; use the address`)
  }
}

/**
 * A switch may be used by programs of the lab and by people at a terminal, but not by a foreign web page that a student has open:
 * the Host must be this very address (DNS rebinding), there must be no foreign Origin, and the body must be JSON.
 */
function refuseForeign(request: IncomingMessage, address: string): void {
  const { host, origin } = request.headers
  if (parseHost(host ?? '')?.name !== address) throw new AdminError(403, `Host must be ${address}`)
  if (origin !== undefined && origin !== `http://${host}`)
    throw new AdminError(403, `Origin ${origin} is not this endpoint`)
  if (request.method !== 'GET' && !/^application\/json\b/.test(request.headers['content-type'] ?? '')) {
    throw new AdminError(415, 'Content-Type: application/json is needed')
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let length = 0
  // Not destroyed when it is too long: the response is sent on this connection, and node:http skips the rest of the body.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    length += chunk.length
    if (length > BODY_LIMIT) throw new AdminError(413, `a body may have at most ${BODY_LIMIT} octets`)
    chunks.push(chunk)
  }
  if (length === 0) return undefined
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch (error) {
    throw new AdminError(400, `the body is not JSON: ${(error as Error).message}`)
  }
}

function sendJson(response: ServerResponse, status: number, value: unknown, type = 'application/json'): void {
  response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' })
  response.end(`${JSON.stringify(value)}\n`)
}

function sendProblem(response: ServerResponse, status: number, detail: string): void {
  if (response.headersSent) return void response.destroy()
  sendJson(response, status, problem(status, detail), PROBLEM_TYPE)
}
