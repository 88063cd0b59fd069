/**
 * Shell: an edge proxy with `node:http` for clients and undici's `Pool.dispatch` for backends, the fastest combination of the two.
 *
 * It balances over the backends in turn, without health checks.
 *
 * Read beside: undici's documentation, "Dispatcher"; edge-proxy/main.ts (the same work, from the RFCs)
 * Opens: TCP on its address, and connections to the backends.
 */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type Dispatcher, Pool } from 'undici'
import { run } from '#shared/lifecycle.ts'
import { identity, text } from '#shared/settings.ts'

const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'te',
  'upgrade',
  'expect',
  'proxy-connection',
])

await run('undici', async ({ onStop }) => {
  const { host } = identity(process.env, 'frontend', 'Frontend')
  const pools = text(process.env, 'BACKENDS', '')
    .split(',')
    .map(target => new Pool(`http://${target}`, { connections: 64, pipelining: 1 }))
  let turn = 0
  const server = createServer((request, response) => {
    const pool = pools[turn++ % pools.length] as Pool
    pool.dispatch(optionsFor(request), handlerFor(response, host.name, String(request.headers['x-request-id'])))
  })
  server.listen(host.port, host.address)
  await once(server, 'listening')
  onStop(() => void server.close().closeAllConnections())
})

function optionsFor(request: IncomingMessage): Dispatcher.DispatchOptions {
  const headers: Record<string, string | string[]> = {}
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined && !HOP_BY_HOP.has(name)) headers[name] = value
  }
  request.headers['x-request-id'] ??= randomUUID()
  headers['x-request-id'] = request.headers['x-request-id']
  headers['x-forwarded-for'] = request.socket.remoteAddress ?? ''
  headers.via = '1.1 frontend1'
  const hasBody = request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined
  return {
    method: request.method as Dispatcher.HttpMethod,
    path: request.url ?? '/',
    headers,
    body: hasBody ? request : null,
  }
}

function handlerFor(response: ServerResponse, name: string, requestId: string): Dispatcher.DispatchHandler {
  return {
    onRequestStart() {},
    onResponseStart(_controller, status, headers) {
      const kept = Object.entries(headers).filter(([field]) => !HOP_BY_HOP.has(field))
      response.writeHead(status, { ...Object.fromEntries(kept), 'X-Served-By': name, 'X-Request-Id': requestId })
    },
    onResponseData(controller, piece) {
      if (response.write(piece)) return
      controller.pause()
      response.once('drain', () => controller.resume())
    },
    onResponseEnd() {
      response.end()
    },
    onResponseError() {
      if (response.headersSent) response.destroy()
      else response.writeHead(502).end()
    },
  }
}
