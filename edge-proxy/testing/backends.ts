/**
 * Backends for tests, on real sockets: an ordinary one on node:http, and one whose octets are written by a script.
 *
 * Read beside: edge.ts (which puts an edge in front of them)
 * Touches the world: each listens on a port of 127.0.0.1 that the system chooses.
 */
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import type { BackendAddress } from '../balance/backend.ts'

export interface TestBackend extends BackendAddress {
  readonly server: Server
  /** Sockets open now. */
  readonly sockets: Set<Socket>
  close(): Promise<void>
}

/** A backend on node:http. It answers /healthz with its name; all other requests go to `listener`. */
export function httpBackend(name: string, listener: RequestListener): Promise<TestBackend> {
  const server = createServer((request, response) => {
    if (request.url === '/healthz') response.end(JSON.stringify({ name }))
    else listener(request, response)
  })
  server.keepAliveTimeout = 60_000
  return listening(name, server)
}

/**
 * A backend whose octets are written by the test. It answers health checks by itself. For every other connection, `script` gets the
 * socket and the first octets, and does the rest.
 */
export function scriptedBackend(name: string, script: (socket: Socket, first: string) => void): Promise<TestBackend> {
  const body = JSON.stringify({ name })
  const server = createTcpServer({ noDelay: true, allowHalfOpen: true }, socket => {
    socket.on('error', () => socket.destroy())
    socket.once('data', (first: Buffer) => {
      if (!first.toString('latin1').startsWith('GET /healthz ')) return script(socket, first.toString('latin1'))
      const answer = `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`
      socket.write(answer)
      socket.on('data', () => socket.write(answer))
      socket.on('end', () => socket.end())
    })
  })
  return listening(name, server)
}

async function listening(name: string, server: Server): Promise<TestBackend> {
  const sockets = new Set<Socket>()
  server.on('connection', socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  // An edge may open thousands of connections at once. Those that do not fit into the queue wait a second for their next SYN.
  server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = async () => {
    for (const socket of sockets) socket.destroy()
    if (server.listening) await new Promise(closed => server.close(closed))
  }
  return { name, address: '127.0.0.1', port, weight: 1, server, sockets, close }
}
