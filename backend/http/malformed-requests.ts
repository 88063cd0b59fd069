/**
 * Input that node:http could not parse as a request: it gets one error response, after the responses to the requests before it, and
 * the connection is closed.
 *
 * A client may send a good request and garbage in one packet. node:http reports the garbage at once, while the response to the good
 * request may still wait for a database. The 400 is therefore sent after that response (RFC 9112 §9.3.2: "in the same order").
 *
 * Read beside: server.ts; RFC 9112 §9.3.2 (pipelining), §9.6 (closing); `clientError` of node:http
 * Touches the world: writes to a client's socket.
 */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { PROBLEM_TYPE, problem } from '#shared/problem.ts'
import { isAnswered, sendAndRead } from './early-response.ts'

/** The error of node:http's event `clientError`. */
export interface ParseError extends NodeJS.ErrnoException {
  /** The octets that were being parsed, and how many of them were valid. */
  readonly rawPacket?: Buffer
  readonly bytesParsed?: number
}

/** A request line, from somewhere within its method on. */
const REQUEST_LINE = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]* [^ ]+ HTTP\/1\.[01]\r\n/

/**
 * The code of the error. node:http has one code for octets that are not HTTP and for a request with an unknown method; the second is
 * `UNKNOWN_METHOD` here (RFC 9110 §9.1: "SHOULD respond with the 501 (Not Implemented) status code").
 */
export function codeOf({ code, rawPacket, bytesParsed = 0 }: ParseError): string | undefined {
  const start = rawPacket?.subarray(bytesParsed, bytesParsed + 8192).toString('latin1') ?? ''
  return code === 'HPE_INVALID_METHOD' && REQUEST_LINE.test(start) ? 'UNKNOWN_METHOD' : code
}

/** A request whose head has been parsed, and whose response is sent later. */
interface PendingRequest {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** The response to the request before it, if that had not been sent yet. */
  readonly before: ServerResponse | undefined
}

export class MalformedRequests {
  readonly #name: string
  readonly #sentences: Readonly<Record<string, readonly [status: number, why: string]>>
  /** The last request of each connection. Responses are sent in the order of the requests, so the earlier ones are not needed. */
  readonly #last = new WeakMap<Duplex, PendingRequest>()
  readonly #refused = new WeakSet<Duplex>()

  /** @param name the value of `X-Served-By` */
  constructor(name: string, { maxHeaderSize, requestTimeout }: { maxHeaderSize: number; requestTimeout: number }) {
    this.#name = name
    this.#sentences = {
      HPE_HEADER_OVERFLOW: [431, `all fields together are longer than ${maxHeaderSize} octets, the limit here`],
      UNKNOWN_METHOD: [501, 'the method of the request is unknown; methods are case-sensitive'],
      CONNECT: [501, 'CONNECT is not supported: this server is not a proxy'],
      ERR_HTTP_REQUEST_TIMEOUT: [408, `a request must arrive completely within ${requestTimeout / 1000} s`],
    }
  }

  /** Records a request whose response is sent later. */
  note(request: IncomingMessage, response: ServerResponse): void {
    const last = this.#last.get(request.socket)?.response
    const before = last?.writableFinished === false ? last : undefined
    this.#last.set(request.socket, { request, response, before })
  }

  /** Answers with an error and closes. @param code from {@link codeOf}, or `CONNECT` */
  refuse(code: string | undefined, socket: Duplex): void {
    if (this.#refused.has(socket)) return // bytes after the garbage are ignored
    if (!socket.writable || code === 'ECONNRESET' || isAnswered(socket)) return void socket.destroy()
    this.#refused.add(socket)
    const [status, why] = this.#sentences[code ?? ''] ?? [400, 'this is not an HTTP/1.1 request']
    const before = this.#responseBefore(socket)
    if (before === undefined) this.#write(socket, status, why)
    else before.once('close', () => this.#write(socket, status, why))
  }

  /** The response that has to be sent first: to the last complete request. A request whose body is broken gets the error instead. */
  #responseBefore(socket: Duplex): ServerResponse | undefined {
    const last = this.#last.get(socket)
    const response = last?.request.complete ? last.response : last?.before
    return response?.writableFinished === false && !response.destroyed ? response : undefined
  }

  #write(socket: Duplex, status: number, why: string): void {
    if (!socket.writable) return void socket.destroy()
    const body = JSON.stringify(problem(status, why))
    sendAndRead(
      socket,
      `HTTP/1.1 ${status} ${problem(status, why).title}\r\nContent-Type: ${PROBLEM_TYPE}\r\n` +
        `X-Request-Id: ${randomUUID()}\r\nX-Served-By: ${this.#name}\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    )
  }
}
