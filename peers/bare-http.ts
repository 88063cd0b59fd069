/**
 * Shell: `node:http` with one response and nothing else: the upper limit for every server that is built on it.
 *
 * Read beside: backend/http/server.ts
 * Opens: TCP port 3000 at its address.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { run } from '#shared/lifecycle.ts'

await run('bare', async ({ onStop }) => {
  const server = createServer((_, response) => {
    const body = JSON.stringify({ server: 'bare', time: new Date(), redis: 'up', mysql: 'up', sessions: 'redis' })
    response.writeHead(200, ['Content-Type', 'application/json', 'Content-Length', String(Buffer.byteLength(body))])
    response.end(body)
  })
  server.listen(3000, process.env.ADDRESS)
  await once(server, 'listening')
  onStop(() => void server.close().closeAllConnections())
})
