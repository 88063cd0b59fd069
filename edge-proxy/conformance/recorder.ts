/**
 * A backend that records every octet that it receives, and answers every request with 200.
 *
 * It has its own parser, independent of the edge's, so that one error cannot be in both.
 *
 * Read beside: observe.ts (which uses it), RFC 9112 §6.3
 * Touches the world: listens on a port of its address.
 */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

export interface Recorded {
  /** Request line and fields, with the empty line after them. */
  readonly head: string
  /** As received, with chunk sizes and trailers. */
  readonly body: string
  /** Whether the whole body has arrived. */
  readonly complete: boolean
}

/** Requested by {@link observe} to test whether a connection is still open; not recorded. */
export const PROBE = '/probe'

export class Recorder {
  readonly name: string
  readonly weight = 1
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #requests: Recorded[] = []
  /** Octets of requests that are not complete yet, by connection. */
  #unfinished = new Map<Socket, string>()

  constructor(name: string) {
    this.name = name
    this.#server = createServer({ noDelay: true }, socket => this.#accept(socket))
  }

  async listen(address = '127.0.0.1', port = 0): Promise<void> {
    this.#server.listen(port, address)
    await once(this.#server, 'listening')
  }

  get address(): string {
    return (this.#server.address() as AddressInfo).address
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** The requests since the last call; those that are not complete come last. */
  take(): Recorded[] {
    const begun = [...this.#unfinished.values()].filter(octets => octets !== '').map(octets => incomplete(octets))
    const taken = [...this.#requests, ...begun]
    this.#requests = []
    for (const socket of this.#unfinished.keys()) this.#unfinished.set(socket, '')
    return taken
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise(closed => this.#server.close(closed))
  }

  #accept(socket: Socket): void {
    let continued = false
    this.#sockets.add(socket)
    socket.on('data', piece => {
      let octets = (this.#unfinished.get(socket) ?? '') + piece.toString('latin1')
      for (;;) {
        const request = readRequest(octets)
        if (request === undefined) break
        if (!request.complete) {
          if (!continued && /^expect: 100-continue\r$/im.test(request.head))
            socket.write('HTTP/1.1 100 Continue\r\n\r\n')
          continued = true
          break
        }
        continued = false
        octets = octets.slice(request.head.length + request.body.length)
        this.#answer(socket, request)
      }
      this.#unfinished.set(socket, octets)
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      this.#sockets.delete(socket)
      const octets = this.#unfinished.get(socket) ?? ''
      if (octets !== '') this.#requests.push(incomplete(octets))
      this.#unfinished.delete(socket)
    })
  }

  #answer(socket: Socket, request: Recorded): void {
    const [method, path] = request.head.split(' ', 2)
    // A health check has no Via; a forwarded request has.
    const isCheck = method === 'GET' && path === '/healthz' && !/^via:/im.test(request.head)
    if (!isCheck && path !== PROBE) this.#requests.push(request)
    const body = JSON.stringify({ name: this.name })
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${method === 'HEAD' ? '' : body}`)
  }
}

function incomplete(octets: string): Recorded {
  const end = octets.indexOf('\r\n\r\n')
  const cut = end === -1 ? octets.length : end + 4
  return { head: octets.slice(0, cut), body: octets.slice(cut), complete: false }
}

/** The first request in these octets; undefined while its head is not complete. */
function readRequest(octets: string): Recorded | undefined {
  const end = octets.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const head = octets.slice(0, end + 4)
  const rest = octets.slice(end + 4)
  const length = /^transfer-encoding: *chunked\r$/im.test(head)
    ? chunkedLength(rest)
    : Number(/^content-length: *(\d+)\r$/im.exec(head)?.[1] ?? 0)
  const complete = length !== undefined && rest.length >= length
  return { head, body: complete ? rest.slice(0, length) : rest, complete }
}

/** The length of a chunked body, with its trailers and its end; undefined while it is not complete. */
function chunkedLength(octets: string): number | undefined {
  for (let at = 0; ; ) {
    const line = /^([0-9a-f]+)(?:;.*)?\r\n/i.exec(octets.slice(at))
    if (line === null) return undefined
    const size = Number.parseInt(line[1] as string, 16)
    at += line[0].length
    if (size > 0) at += size + 2
    else if (octets.startsWith('\r\n', at)) return at + 2
    else {
      const end = octets.indexOf('\r\n\r\n', at)
      return end === -1 ? undefined : end + 4
    }
    if (at > octets.length) return undefined
  }
}
