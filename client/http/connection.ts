/**
 * One TCP connection for one request after the other, on undici.
 *
 * undici opens a new connection by itself when the old one was closed. That is prevented here: one object is one connection, so that "new" and
 * "reused" can be distinguished, and the decision to send a request again is made in retry.ts.
 *
 * Read beside: pool.ts, retry.ts; undici's `Client` and `buildConnector`
 * Touches the world: a TCP connection to a server.
 */
import type { Socket } from 'node:net'
import { buildConnector, Client } from 'undici'
import type { AttemptFailure } from './retry.ts'

export interface ConnectionTimes {
  /** Milliseconds that the TCP handshake may take. */
  readonly connectMs: number
  /** Milliseconds until the first octet of a response, and between two pieces of its content. */
  readonly responseMs: number
}

export interface OutgoingRequest {
  readonly method: string
  /** Path and query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

export interface IncomingResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
  /** Milliseconds from the beginning of the attempt to the head of the response. */
  readonly headMs: number
}

/** An attempt without a complete response. `cause` is undici's or the system's error. */
export class AttemptError extends Error {
  override name = 'AttemptError'
  readonly failure: Pick<AttemptFailure, 'stage' | 'reused' | 'received'>
  constructor(failure: AttemptError['failure'], cause: unknown) {
    super((cause as Error).message || (cause as NodeJS.ErrnoException).code || String(cause), { cause })
    this.failure = failure
  }
}

/** The server has closed the connection before the request was written to it. */
class IdleConnectionClosed extends Error {
  override name = 'IdleConnectionClosed'
}

/** How long an idle connection is kept, in milliseconds, unless the server names a shorter time in `Keep-Alive`. */
const IDLE_MS = 60_000
const MAX_BODY = 16 * 1024 * 1024

export class HttpConnection {
  readonly address: string
  readonly #client: Client
  #socket: Socket | undefined
  #connecting = false
  #requests = 0
  #closed = false

  /**
   * @param keepAlive false: `Connection: close` is sent, and the connection carries one request
   * @param onConnected called when the TCP handshake is done, with the milliseconds that it took
   */
  constructor(
    address: string,
    port: number,
    keepAlive: boolean,
    times: ConnectionTimes,
    onConnected: (ms: number, localPort: number) => void,
  ) {
    this.address = address
    const connector = buildConnector({ timeout: times.connectMs })
    const host = address.includes(':') ? `[${address}]` : address
    this.#client = new Client(`http://${host}:${port}`, {
      pipelining: keepAlive ? 1 : 0,
      keepAliveTimeout: IDLE_MS,
      keepAliveMaxTimeout: IDLE_MS,
      headersTimeout: times.responseMs,
      bodyTimeout: times.responseMs,
      maxResponseSize: MAX_BODY,
      connect: (options, callback) => {
        if (this.#connecting)
          return callback(new IdleConnectionClosed('the server has closed the idle connection'), null)
        this.#connecting = true
        const started = performance.now()
        connector(options, (...result) => {
          const [error, socket] = result
          if (error) return callback(error, null)
          this.#socket = socket
          onConnected(performance.now() - started, socket.localPort ?? 0)
          callback(null, socket)
        })
      },
    })
    this.#client.on('disconnect', () => {
      this.#closed = true
    })
  }

  /** Whether it can carry another request. */
  get open(): boolean {
    return !this.#closed && this.#socket !== undefined && !this.#socket.destroyed
  }

  /** Whether it has carried a request. */
  get used(): boolean {
    return this.#requests > 0
  }

  /** Sends a request and reads the whole response. One at a time. @throws AttemptError */
  async send({ method, path, headers, body }: OutgoingRequest): Promise<IncomingResponse> {
    const reused = this.used
    this.#requests++
    const started = performance.now()
    const before = this.#socket?.bytesRead ?? 0
    try {
      const response = await this.#client.request({ method, path, headers, body: body ?? null })
      const headMs = performance.now() - started
      const text = await response.body.text()
      return { status: response.statusCode, headers: response.headers, body: text, headMs }
    } catch (error) {
      this.close()
      const received = (this.#socket?.bytesRead ?? 0) - before
      const unsent = error instanceof IdleConnectionClosed
      const stage = this.#socket === undefined ? 'connect' : unsent ? 'unsent' : 'lost'
      throw new AttemptError({ stage, reused, received }, error)
    }
  }

  close(): void {
    this.#closed = true
    this.#client.destroy().catch(() => {}) // the sockets are closed; requests under way have got their own error
  }
}
