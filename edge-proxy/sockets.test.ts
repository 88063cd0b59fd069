import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import t from 'tap'
import { resetConnection } from './sockets.ts'

/** Two ends of one connection. */
async function pair(t: { teardown(step: () => unknown): void }): Promise<[Socket, Socket]> {
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const { port } = server.address() as { port: number }
  const near = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  const [far] = await once(server, 'connection')
  if (near.connecting) await once(near, 'connect')
  return [near, far]
}

t.test('resetConnection() sends RST', async t => {
  const [near, far] = await pair(t)
  const broken = once(far, 'error')
  resetConnection(near)
  t.match(await broken, [{ code: 'ECONNRESET' }])
})

t.test('resetConnection() closes the descriptor of a socket that has just been ended', async t => {
  const [near, far] = await pair(t)
  far.on('error', () => {})
  const sockets = () => process.getActiveResourcesInfo().filter(name => name === 'TCPSocketWrap').length
  const before = sockets()
  near.end()
  resetConnection(near)
  far.destroy()
  // The descriptor is closed a few turns of the event loop after the 'close' event.
  for (let turn = 0; turn < 100 && sockets() > before - 2; turn++) await new Promise(resolve => setImmediate(resolve))
  t.equal(sockets(), before - 2)
})
