/**
 * Shell: an edge on the `httpxy` library, the http-proxy that is still maintained, for comparison.
 *
 * It turns round the backends and knows no health; hop-by-hop fields of answers go on, trailers do not.
 *
 * Read beside: http-proxy-edge.ts (its ancestor), edge-proxy/main.ts (the same work, from the RFCs)
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
