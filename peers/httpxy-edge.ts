/**
 * Shell: an edge proxy that uses the `httpxy` library, a maintained successor of http-proxy, for comparison.
 *
 * It balances over the backends in turn, without health checks. It forwards the hop-by-hop fields of responses, and no trailers.
 *
 * Read beside: http-proxy-edge.ts (the library that it comes from), edge-proxy/main.ts (the same work, from the RFCs)
 * Opens: TCP on its address, and connections to the backends.
 */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { Agent, createServer } from 'node:http'
import { createProxyServer } from 'httpxy'
import { run } from '#shared/lifecycle.ts'
import { identity, text } from '#shared/settings.ts'

await run('httpxy', async ({ onStop }) => {
  const { host } = identity(process.env, 'frontend', 'Frontend')
  const targets = text(process.env, 'BACKENDS', '').split(',')
  const proxy = createProxyServer({ agent: new Agent({ keepAlive: true }), xfwd: true })
  proxy.on('proxyRes', ({ headers }) => {
    headers.via = `1.1 ${host.name}`
  })
  let turn = 0
  const server = createServer((request, response) => {
    request.headers['x-request-id'] ??= randomUUID()
    response.setHeader('X-Request-Id', request.headers['x-request-id'])
    response.setHeader('X-Served-By', host.name)
    proxy
      .web(request, response, { target: `http://${targets[turn++ % targets.length]}` })
      .catch(() => response.destroy())
  })
  server.listen(host.port, host.address)
  await once(server, 'listening')
  onStop(() => void server.close().closeAllConnections())
})
