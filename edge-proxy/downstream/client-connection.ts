/**
 * One connection from a client: its requests are read one after the other, and answered in that order.
 *
 *     idle ──first octet──► head ──empty line──► exchange ──answered──► idle      (or, when it must not stay open:)
 *                                                         ├───────────► ending ──► closed
 *                                                         └───────────► tunnel (WebSocket)
 *
 * Read beside: RFC 9112 §9 (connection management), request-reader.ts, client-writer.ts, ../exchange/exchange.ts,
 *   ../timeouts.ts
 * Touches the world: one TCP socket.
 *
 * Longer than 250 lines because reading, answering and ending are the transitions of one small state machine, and each of them
 * has to be seen beside the others. How long an end takes is in connection-end.ts.
 */
import type { Socket } from 'node:net'
import type { Exchange } from '../exchange/exchange.ts'
import type { Downstream } from '../exchange/neighbours.ts'
import { FAILURES, type FailureName } from '../failures.ts'
import { requestId } from '../forwarding/identity.ts'
import { FramingError } from '../http1/framing-error.ts'
import { ALLOWED_METHODS } from '../http1/methods.ts'
import type { RequestHead } from '../http1/request-head.ts'
import { isFull, resetConnection } from '../sockets.ts'
import type { Tunnel } from '../upstream/tunnel.ts'
import { ClientWriter } from './client-writer.ts'
import { type ConnectionEnd, LingeringClose, Truncation } from './connection-end.ts'
import type { ConnectionServer } from './connection-server.ts'
import { type LocalPassage, type LocalResponse, problemResponse } from './local-response.ts'
import type { OpenConnection } from './open-connections.ts'
import { type PieceReader, type ReadSocket, readPlainly } from './read-plainly.ts'
import type { ReceivedRequest } from './received-request.ts'
import { RequestReader } from './request-reader.ts'

/** Octets of further requests that are kept while one is being answered. */
const PIPELINE_LIMIT = 65_536

/** For the response to a request whose head is not complete or not valid. */
const UNREAD = { keepAlive: false, duration: undefined, unavailable: undefined } as const

/** Turns of the event loop in which everything is read that was sent during a stall. */
const LOOKS = 3

export class ClientConnection implements Downstream, OpenConnection, PieceReader {
  readonly socket: Socket
  readonly address: string
  /** The edge's address, as this client reached it. */
  readonly localAddress: string
  deadline: number
  readonly #server: ConnectionServer
  readonly #reader = new RequestReader()
  readonly #writer: ClientWriter
  #phase: 'idle' | 'head' | 'exchange' | 'tunnel' | 'ending' | 'closed' = 'idle'
  #exchange: Exchange | undefined
  #tunnel: Tunnel | undefined
  /** Set when the connection ends. */
  #end: ConnectionEnd | undefined
  #advancing = false
  /** Whether it has had a response. */
  #served = false
  #reading = true
  /** When a client that has half-closed is given up. */
  #goneBy = Number.POSITIVE_INFINITY
  /** After a stall: reads on, to see whether the client has closed, before its request is forwarded. */
  #looking = false

  /**
   * @param accepted with `pauseOnConnect`
   * @param address  of the client
   */
  constructor(server: ConnectionServer, accepted: Socket, address: string, read: ReadSocket = readPlainly) {
    this.#server = server
    this.address = address
    const socket = read(accepted, this)
    this.socket = socket
    this.#writer = new ClientWriter(socket, server.counters)
    this.localAddress = socket.localAddress ?? ''
    this.deadline = server.clock.now() + server.timeouts.head
    socket
      .on('drain', () => this.#drained())
      .on('end', () => this.#ended())
      // 'close' always follows, and what could not be sent or received is handled there.
      .on('error', () => socket.destroy())
      .on('close', () => this.#closed())
  }

  /** Whether the request's body has been read to its end. */
  get bodyDone(): boolean {
    return this.#reader.bodyDone
  }

  get bodyReceived(): boolean {
    return this.#reader.bodyReceived
  }

  setDeadline(ms: number): void {
    this.setDeadlineAt(this.#server.clock.now() + ms)
  }

  setDeadlineAt(deadline: number): void {
    this.deadline = Math.min(deadline, this.#goneBy)
  }

  // ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────

  received(piece: Buffer): void {
    this.#server.counters.octetsIn += piece.length
    if (this.#phase === 'closed') return
    if (this.#end !== undefined) return void this.#end.received()
    if (this.#tunnel !== undefined) return void this.#tunnel.fromClient(piece)
    this.#reader.push(piece)
    if (this.#phase === 'exchange') this.pumpBody()
    else this.#advance()
  }

  get holdsPiece(): boolean {
    return this.#reader.pending > 0 || (this.#exchange ?? this.#tunnel)?.sending === true
  }

  #drained(): void {
    if (this.#tunnel !== undefined) this.#tunnel.clientDrained()
    else if (this.#exchange !== undefined) this.#exchange.clientDrained()
    else this.#advance()
  }

  /** Reads heads and begins exchanges, as long as there is nothing to wait for. */
  #advance(): void {
    if (this.#advancing) return
    this.#advancing = true
    try {
      while (this.#reader.pending > 0 && (this.#phase === 'idle' || this.#phase === 'head')) {
        // A client that sends request after request and reads no response must not fill the edge's memory with responses.
        if (this.full) break
        const next = this.#reader.nextHead()
        if (next !== undefined) this.#begin(next.head, next.length)
        else if (this.#phase === 'idle' && this.#reader.begun) {
          this.#phase = 'head'
          this.setDeadline(this.#server.timeouts.head)
        }
      }
    } catch (error) {
      if (!(error instanceof FramingError)) throw error
      this.refuse(error)
    } finally {
      this.#advancing = false
    }
    if (this.#phase === 'idle' && this.#goneBy !== Number.POSITIVE_INFINITY) this.#close()
    this.#adjustReading()
  }

  #begin(head: RequestHead, headLength: number): void {
    this.#phase = 'exchange'
    const server = this.#server
    const id = requestId(head.fields, server.random)
    const request = { head, id, clientAddress: this.address, at: server.clock.now(), headLength }
    server.counters.requests++
    if (server.faults?.inForce && server.faults.interrupt(this, request)) return
    this.proceed(request)
  }

  /** Answers or forwards a request whose head has been read; also later, after a fault. */
  proceed(request: ReceivedRequest): void {
    try {
      this.#proceed(request)
    } catch (error) {
      if (!(error instanceof FramingError)) throw error
      this.refuse(error, request.id)
    }
  }

  #proceed(request: ReceivedRequest): void {
    const server = this.#server
    const local = server.answerLocally(request)
    if (local !== undefined) return void this.respond(request, local)
    const exchange = server.createExchange(this, request)
    this.#exchange = exchange
    if (server.stalled && !exchange.repeatable) return void this.#startUnlessGone(exchange, LOOKS)
    exchange.start()
    if (this.#phase === 'exchange') this.pumpBody()
  }

  /**
   * This process did not run for a while. Its client may have given up, and may have sent the same change again elsewhere: a
   * request that must not be repeated is forwarded only if no FIN is waiting behind it.
   */
  #startUnlessGone(exchange: Exchange, looks: number): void {
    this.#looking = looks > 0
    if (this.#looking) setImmediate(() => this.#exchange === exchange && this.#startUnlessGone(exchange, looks - 1))
    else if (this.#goneBy !== Number.POSITIVE_INFINITY) return void exchange.refuseAfterStall()
    else exchange.start()
    if (this.#phase === 'exchange') this.pumpBody()
  }

  /** Moves as much of the request's body on as the exchange can send now. */
  pumpBody(): void {
    const exchange = this.#exchange
    if (exchange?.acceptsBody && !this.bodyDone && this.#reader.pending > 0) {
      try {
        const trailers = this.#reader.readBody(content => exchange.sendBody(content))
        if (trailers !== undefined) exchange.endBody(trailers)
        else this.#checkIncomplete()
      } catch (error) {
        if (!(error instanceof FramingError)) throw error
        return void exchange.abandon(error)
      }
    }
    this.#adjustReading()
  }

  /** Reads from the socket only while there is a place for what is read. */
  #adjustReading(): void {
    let wanted = this.#phase === 'ending' || this.#reader.pending < PIPELINE_LIMIT
    if (this.#phase === 'exchange' && !this.bodyDone && !this.#looking) wanted = this.#exchange?.acceptsBody === true
    if (wanted === this.#reading) return
    this.#reading = wanted
    if (wanted) this.socket.resume()
    else this.socket.pause()
  }

  // ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────

  write(text: string): void {
    this.#writer.write(text)
  }

  /** Text, content, text. */
  writeFramed(before: string, content: Buffer, after: string): void {
    this.#writer.writeFramed(before, content, after)
  }

  /** Whether the client has to read before more is sent to it. */
  get full(): boolean {
    return isFull(this.socket)
  }

  /** Whether octets wait to be sent to the client. */
  get sending(): boolean {
    return this.socket.writableLength > 0
  }

  /** Sends a response of the edge's own, which completes the request. */
  respond(request: ReceivedRequest, response: LocalResponse): void {
    const { head, id, at } = request
    const server = this.#server
    this.#answer(server.present(request, response), {
      requestId: id,
      keepAlive: head.keepAlive && this.bodyDone && this.mayStay,
      toHead: head.method === 'HEAD',
      duration: server.clock.now() - at,
      unavailable: server.unavailable(head),
    })
  }

  #answer(response: LocalResponse, passage: Omit<LocalPassage, 'edge' | 'date'>): void {
    this.#writer.writeLocal(response, { ...passage, edge: this.#server.name, date: this.#server.date() })
    this.done(passage.keepAlive)
  }

  /** Whether the connection may stay open as far as the edge is concerned. */
  get mayStay(): boolean {
    return !this.#server.draining
  }

  /** Answers a message whose framing cannot be trusted, and closes (RFC 9112 §2.2, §6.3). */
  refuse(error: FramingError, id = this.#server.random(16)): void {
    this.#server.refused(this.address, id, error)
    const fields = error.status === 405 ? [['Allow', ALLOWED_METHODS] as const] : []
    const response = problemResponse(error.status, error.message, { side: 'client', rule: error.rule }, fields)
    this.#answer(response, { ...UNREAD, requestId: id, toHead: this.#reader.toHead })
  }

  /** Answers with a failure. Only where no part of a response has been sent. */
  fail(name: FailureName, request: ReceivedRequest | undefined, detail?: string): void {
    const { status, side, why } = FAILURES[name]
    const sentence = detail === undefined ? why : `${why}: ${detail}`
    const response = problemResponse(status, sentence, { side, failure: name })
    if (request !== undefined) this.respond(request, response)
    else this.#answer(response, { ...UNREAD, requestId: this.#server.random(16), toHead: false })
  }

  // ── ending ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The present request is answered. */
  done(keepAlive: boolean): void {
    this.#exchange = undefined
    this.#served = true
    if (this.#phase === 'closed') return
    if (!keepAlive || !this.bodyDone) return void this.#close()
    this.#phase = 'idle'
    this.setDeadline(this.#server.timeouts.keepAlive)
    this.#advance()
  }

  /** From now on octets only pass through; those that were received before the tunnel began go first. */
  beginTunnel(tunnel: Tunnel): void {
    this.#exchange = undefined
    this.#phase = 'tunnel'
    this.#tunnel = tunnel
    const early = this.#reader.removePending()
    // The socket may be paused because of PIPELINE_LIMIT; from here on the tunnel pauses and resumes it.
    this.#adjustReading()
    if (early.length > 0) tunnel.fromClient(early)
    if (this.#goneBy !== Number.POSITIVE_INFINITY) tunnel.clientEnded()
    this.#goneBy = Number.POSITIVE_INFINITY
  }

  /**
   * Closes a connection that is idle between requests; one that carries an exchange gets `Connection: close` with its response.
   * A connection without any request yet was opened for one, which may be on its way: it gets a moment.
   */
  drain(): void {
    if (this.#phase !== 'idle') return
    if (this.#served) this.#close()
    else this.setDeadline(this.#server.timeouts.firstRequest)
  }

  /** At once, without lingering: a connection that lingers still counts. */
  closeIfIdle(): boolean {
    if (this.#phase !== 'idle' || this.sending) return false
    this.#phase = 'closed'
    this.socket.destroy()
    this.#server.forget(this)
    return true
  }

  /** Sends FIN after the last response, and reads on for a moment. */
  #close(): void {
    this.#phase = 'ending'
    this.#reader.removePending()
    this.#goneBy = Number.POSITIVE_INFINITY
    const { clock, timeouts } = this.#server
    this.#end = new LingeringClose(this, clock, timeouts, this.bodyDone ? timeouts.linger : timeouts.lingerSending)
    this.#adjustReading()
  }

  /** Closes the connection at once, with a reset. */
  cut(): void {
    this.#exchange = undefined
    this.#phase = 'closed'
    resetConnection(this.socket)
  }

  /**
   * The response cannot be completed. What was received of it is still delivered. Its length, or the missing last chunk, shows
   * the client that it is not the whole (RFC 9112 §8); a response that ends with the connection needs a reset for that.
   */
  truncate(delimited: boolean): void {
    this.#exchange = undefined
    if (delimited) return void this.#close()
    this.#phase = 'ending'
    this.#end = new Truncation(this, this.#server.clock, this.#server.timeouts)
  }

  /** The client sent FIN: a half-close, or an abort. */
  #ended(): void {
    if (this.#tunnel !== undefined) this.#tunnel.clientEnded()
    else if (this.#phase === 'exchange') {
      this.#goneBy = this.#server.clock.now() + this.#server.timeouts.halfClosed
      this.setDeadlineAt(this.deadline)
      this.#checkIncomplete()
    } else if (this.#end !== undefined) this.#end.ended()
    // No further request will come, but the last response may not have been read yet.
    else this.#close()
  }

  /** RFC 9112 §8: a request whose body ends before its length is incomplete, and must not be acted on. */
  #checkIncomplete(): void {
    const ended = this.#goneBy !== Number.POSITIVE_INFINITY
    if (ended && this.#phase === 'exchange' && !this.bodyDone && this.#reader.pending === 0) this.socket.destroy()
  }

  #closed(): void {
    this.#phase = 'closed'
    this.#reader.removePending()
    this.#server.forget(this)
    const exchange = this.#exchange
    this.#exchange = undefined
    exchange?.clientGone()
    this.#tunnel?.close()
  }

  expired(): void {
    this.deadline = Number.POSITIVE_INFINITY
    if (this.#tunnel !== undefined) this.#tunnel.close()
    else if (this.#phase === 'exchange') this.#exchange?.expired(this.#goneBy !== Number.POSITIVE_INFINITY)
    else if (this.#phase === 'head') this.fail('head-timeout', undefined)
    else if (this.#phase === 'idle') this.#close()
    else this.#end?.expired()
  }
}
