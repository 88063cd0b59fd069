/**
 * Shell: an edge proxy that uses the `http-proxy` library, as its README shows it, for comparison (`npm start -- --edge=http-proxy`).
 *
 * It serves the page and balances over the three backends in turn, without health checks. Faults of the library are faults of this
 * proxy: **one GET with a `Trailer` field ends the process**, and because of its keep-alive agent it forwards the unframed body of a
 * DELETE as the next request (smuggling, docs/decisions.md). Use it in the lab only.
 *
 * Read beside: edge-proxy/main.ts (the same work, from the RFCs)
 * Opens: TCP on its address, and connections to the backends.
 */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { Agent, createServer, type ServerResponse } from 'node:http'
import { extname, join, normalize } from 'node:path'
import httpProxy from 'http-proxy'
import { run } from '#shared/lifecycle.ts'
import { hostsOf } from '#shared/network-map.ts'
import { withParts } from '#shared/page-parts.ts'
import { identity, text } from '#shared/settings.ts'

const PUBLIC = 'edge-proxy/public'
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

await run('http-proxy', async ({ log, onStop }) => {
  const { host, map } = identity(process.env, 'frontend', 'Frontend')
  const byDefault = hostsOf(map, 'backend').filter(backend => !backend.spare)
  const targets = text(process.env, 'BACKENDS', byDefault.map(({ address, port }) => `${address}:${port}`).join(','))
    .split(',')
    .map(target => `http://${target}`)
  const proxy = httpProxy.createProxyServer({ agent: new Agent({ keepAlive: true }), xfwd: true })
  let turn = 0

  // The backend's name is in the field; the name of the frontend comes before it.
  proxy.on('proxyRes', ({ headers }) => {
    headers['x-served-by'] = `${host.name}, ${headers['x-served-by']}`
    headers.via = `1.1 ${host.name}`
  })
  proxy.on('error', (_, __, response) => {
    if ('writeHead' in response && !response.headersSent) response.writeHead(502, { 'X-Served-By': host.name })
    response.end()
  })

  const server = createServer((request, response) => {
    request.headers['x-request-id'] ??= randomUUID()
    response.setHeader('X-Request-Id', request.headers['x-request-id'])
    if (serveFile(request.method, request.url, response, host.name)) return
    const index = turn++ % targets.length
    proxy.web(request, response, { target: targets[index] ?? '' })
  })
  server.listen(host.port, host.address)
  await once(server, 'listening')
  onStop(() => {
    server.close()
    server.closeAllConnections()
  })
  log.info('listening', { address: host.address, port: host.port })
})

function serveFile(method = '', url = '/', response: ServerResponse, name: string): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false
  const path = normalize(url.split('?')[0] ?? '/')
  if (path === '/healthz') {
    response.writeHead(200, { 'Content-Type': 'application/json', 'X-Served-By': name })
    response.end(JSON.stringify({ name }))
    return true
  }
  const file = join(PUBLIC, path === '/' ? 'index.html' : path)
  const type = TYPES[extname(file)]
  if (!type || !existsSync(file)) return false
  response.writeHead(200, { 'Content-Type': type, 'X-Served-By': name })
  const content = readFileSync(file, 'utf8')
  response.end(method === 'HEAD' ? undefined : withParts(content))
  return true
}
