/**
 * What node:http could not read as a request: answered once, in its turn, and the connection closed.
 *
 * In its turn: a client may send a good request and garbage in one packet. node:http tells of the garbage at once, when the answer
 * to the good request may still wait for a database; so the 400 waits for that answer (RFC 9112 §9.3.2: "in the same order").
 *
 * Read beside: server.ts; RFC 9112 §9.3.2 (pipelining), §9.6 (closing); `clientError` of node:http
 * Touches the world: writes to a client's socket.
 */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { PROBLEM_TYPE, problem } from '#shared/problem.ts'

/** A request that has been read, at least its head, and is answered later. */
interface PendingRequest {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** The answer that goes out before it, if that was still to come. */
  readonly before: ServerResponse | undefined
}

export class MalformedRequests {
  readonly #name: string
  readonly #sentences: Readonly<Record<string, readonly [status: number, why: string]>>
  /** The last request of each connection. Answers go out in the order of the requests, so those before it need not be known. */
  readonly #last = new WeakMap<Duplex, PendingRequest>()
  readonly #refused = new WeakSet<Duplex>()

  /** @param name what `X-Served-By` says */
  constructor(name: string, { maxHeaderSize, requestTimeout }: { maxHeaderSize: number; requestTimeout: number }) {
    this.#name = name
    this.#sentences = {
      HPE_HEADER_OVERFLOW: [431, `all fields together may have ${maxHeaderSize} octets`],
      CONNECT: [501, 'this is no proxy: there is no CONNECT here'],
      ERR_HTTP_REQUEST_TIMEOUT: [408, `a request must be here within ${requestTimeout / 1000} s`],
    }
  }

  /** Tells of a request that is not answered at once. */
  note(request: IncomingMessage, response: ServerResponse): void {
    const last = this.#last.get(request.socket)?.response
    const before = last?.writableFinished === false ? last : undefined
    this.#last.set(request.socket, { request, response, before })
  }

  /** For the event `clientError`, with its code; and for `CONNECT`. */
  refuse(code: string | undefined, socket: Duplex): void {
    if (!socket.writable || code === 'ECONNRESET') return void socket.destroy()
    if (this.#refused.has(socket)) return // and whatever comes behind the garbage is not read
    this.#refused.add(socket)
    const [status, why] = this.#sentences[code ?? ''] ?? [400, 'this is no HTTP/1.1 request']
    const before = this.#answerBefore(socket)
    if (before === undefined) this.#answer(socket, status, why)
    else before.once('close', () => this.#answer(socket, status, why))
  }

  /** The last answer that is still to come to a whole request. One that broke in its body gets our answer instead of its own. */
  #answerBefore(socket: Duplex): ServerResponse | undefined {
    const last = this.#last.get(socket)
    const answer = last?.request.complete ? last.response : last?.before
    return answer?.writableFinished === false && !answer.destroyed ? answer : undefined
  }

  #answer(socket: Duplex, status: number, why: string): void {
    if (!socket.writable) return void socket.destroy()
    const body = JSON.stringify(problem(status, why))
    socket.end(
      `HTTP/1.1 ${status} ${problem(status, why).title}\r\nContent-Type: ${PROBLEM_TYPE}\r\n` +
        `X-Request-Id: ${randomUUID()}\r\nX-Served-By: ${this.#name}\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    )
  }
}
