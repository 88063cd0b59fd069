/**
 * One connection from a client: its requests are read one after the other, and answered in that order.
 *
 *     idle ──first octet──► head ──empty line──► exchange ──answered──► idle      (or, when it may not stay open:)
 *                                                         ├───────────► lingering ──► closed
 *                                                         └───────────► tunnel (WebSocket)
 *
 * Read beside: RFC 9112 §9 (connection management), request-reader.ts, client-writer.ts, ../exchange.ts, ../timeouts.ts
 * Touches the world: one TCP socket.
 *
 * Longer than 250 lines because reading, answering and ending are the transitions of one small state machine, and each of them
 * has to be seen beside the others.
 */
import type { Socket } from 'node:net'
import type { Edge } from '../edge.ts'
import { Exchange } from '../exchange.ts'
import { FAILURES, type FailureName } from '../failures.ts'
import { requestId } from '../forwarding/identity.ts'
import { FramingError } from '../http1/framing-error.ts'
import type { RequestHead } from '../http1/request-head.ts'
import { reset } from '../reset.ts'
import type { Expiring } from '../timeouts.ts'
import type { Tunnel } from '../upstream/tunnel.ts'
import { ALLOWED_METHODS, type Asked } from './asked.ts'
import { ClientWriter } from './client-writer.ts'
import { type LocalResponse, problemResponse } from './local-response.ts'
import { type PieceReader, readInto } from './read-memory.ts'
import { RequestReader } from './request-reader.ts'

/** Octets of further requests that are kept while one is being answered. */
const PIPELINE_LIMIT = 65_536

export class ClientConnection implements Expiring, PieceReader {
  readonly socket: Socket
  readonly address: string
  /** The edge's address, as this client reached it. */
  readonly localAddress: string
  deadline: number
  readonly #edge: Edge
  readonly #reader = new RequestReader()
  readonly #writer: ClientWriter
  #phase: 'idle' | 'head' | 'exchange' | 'tunnel' | 'lingering' | 'closed' = 'idle'
  #exchange: Exchange | undefined
  #tunnel: Tunnel | undefined
  #advancing = false
  /** Whether it has had an answer. */
  #served = false
  #reading = true
  /** When a client that has half-closed is given up. */
  #goneBy = Number.POSITIVE_INFINITY

  /**
   * @param accepted with `pauseOnConnect`
   * @param address  of the client
   */
  constructor(edge: Edge, accepted: Socket, address: string) {
    this.#edge = edge
    this.address = address
    const socket = readInto(accepted, this)
    this.socket = socket
    this.#writer = new ClientWriter(socket, edge.counters)
    this.localAddress = socket.localAddress ?? ''
    this.deadline = edge.clock.now() + edge.timeouts.head
    socket
      .on('drain', () => this.#drained())
      .on('end', () => this.#ended())
      // What broke shows in what is missing; 'close' always follows.
      .on('error', () => socket.destroy())
      .on('close', () => this.#closed())
  }

  /** Whether the request's body has been read to its end. */
  get bodyDone(): boolean {
    return this.#reader.bodyDone
  }

  setDeadline(ms: number): void {
    this.setDeadlineAt(this.#edge.clock.now() + ms)
  }

  setDeadlineAt(deadline: number): void {
    this.deadline = Math.min(deadline, this.#goneBy)
  }

  // ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────

  received(piece: Buffer): void {
    this.#edge.counters.octetsIn += piece.length
    if (this.#phase === 'lingering' || this.#phase === 'closed') return
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
        // A client that asks and asks and never reads must not fill our memory with answers.
        if (this.full) break
        const next = this.#reader.nextHead()
        if (next !== undefined) this.#begin(next.head, next.length)
        else if (this.#phase === 'idle' && this.#reader.begun) {
          this.#phase = 'head'
          this.setDeadline(this.#edge.timeouts.head)
        }
      }
    } catch (error) {
      if (!(error instanceof FramingError)) throw error
      this.refuse(error)
    } finally {
      this.#advancing = false
    }
    if (this.#phase === 'idle' && this.#goneBy !== Number.POSITIVE_INFINITY) this.#close()
    this.#flow()
  }

  #begin(head: RequestHead, headLength: number): void {
    this.#phase = 'exchange'
    const edge = this.#edge
    const id = requestId(head.fields, edge.random)
    const asked: Asked = { head, id, clientAddress: this.address, at: edge.clock.now(), headLength }
    edge.counters.requests++
    const local = edge.answerLocally(asked)
    if (local !== undefined) {
      edge.traceLocal(asked, local)
      return void this.respond(asked, local)
    }
    this.#exchange = new Exchange(edge, this, asked)
    this.#exchange.start()
    if (this.#phase === 'exchange') this.pumpBody()
  }

  /** Moves as much of the request's body on as the exchange takes now. */
  pumpBody(): void {
    const exchange = this.#exchange
    if (exchange?.acceptsBody && !this.bodyDone && this.#reader.pending > 0) {
      try {
        const trailers = this.#reader.readBody(content => exchange.sendBody(content))
        if (trailers !== undefined) exchange.endBody(trailers)
        else this.#checkCutShort()
      } catch (error) {
        if (!(error instanceof FramingError)) throw error
        return void exchange.abandon(error)
      }
    }
    this.#flow()
  }

  /** Reads from the socket only what has a place to go. */
  #flow(): void {
    let wanted = this.#phase === 'lingering' || this.#reader.pending < PIPELINE_LIMIT
    if (this.#phase === 'exchange' && !this.bodyDone) wanted = this.#exchange?.acceptsBody === true
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
  writeAround(before: string, content: Buffer, after: string): void {
    this.#writer.writeAround(before, content, after)
  }

  /** Whether the client has to read before it gets more. */
  get full(): boolean {
    return this.socket.writableNeedDrain
  }

  /** Sends a response of the edge's own, and is done with the request. */
  respond({ head, id }: Asked, response: LocalResponse): void {
    const keepAlive = head.keepAlive && this.bodyDone && this.mayStay
    this.#answer(id, response, keepAlive, head.method === 'HEAD')
  }

  #answer(requestId: string, response: LocalResponse, keepAlive: boolean, toHead: boolean): void {
    const { name, date } = this.#edge
    this.#writer.writeLocal(response, { edge: name, requestId, date: date(), keepAlive, toHead })
    this.done(keepAlive)
  }

  /** Whether the connection may stay open as far as the edge is concerned. */
  get mayStay(): boolean {
    return !this.#edge.draining
  }

  /** Answers a message that cannot be trusted, and closes (RFC 9112 §2.2, §6.3). */
  refuse(error: FramingError, id = this.#edge.random(16)): void {
    this.#edge.traceRefusal(this.address, id, error)
    const fields = error.status === 405 ? [['Allow', ALLOWED_METHODS] as const] : []
    const response = problemResponse(error.status, error.message, { side: 'client', rule: error.rule }, fields)
    this.#answer(id, response, false, this.#reader.toHead)
  }

  /** Answers with a failure, if nothing has been answered yet. */
  fail(name: FailureName, asked: Asked | undefined, detail?: string): void {
    const { status, side, why } = FAILURES[name]
    const sentence = detail === undefined ? why : `${why}: ${detail}`
    const response = problemResponse(status, sentence, { side, failure: name })
    if (asked !== undefined) this.respond(asked, response)
    else this.#answer(this.#edge.random(16), response, false, false)
  }

  // ── ending ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The present request is answered. */
  done(keepAlive: boolean): void {
    this.#exchange = undefined
    this.#served = true
    if (this.#phase === 'closed') return
    if (!keepAlive || !this.bodyDone) return void this.#close()
    this.#phase = 'idle'
    this.setDeadline(this.#edge.timeouts.keepAlive)
    this.#advance()
  }

  /** From now on octets only pass through. What came already goes first. */
  beginTunnel(tunnel: Tunnel): void {
    this.#exchange = undefined
    this.#phase = 'tunnel'
    this.#tunnel = tunnel
    const early = this.#reader.takeRest()
    // It may have been paused because as much had come as is kept; from here on the tunnel pauses it.
    this.#flow()
    if (early.length > 0) tunnel.fromClient(early)
    if (this.#goneBy !== Number.POSITIVE_INFINITY) tunnel.clientEnded()
    this.#goneBy = Number.POSITIVE_INFINITY
  }

  /**
   * Closes a connection that is idle between requests; one that is being served gets `Connection: close` with its answer. A
   * connection that has not said anything yet was opened for a request, which may be on its way: it gets a moment.
   */
  drain(): void {
    if (this.#phase !== 'idle') return
    if (this.#served) this.#close()
    else this.setDeadline(this.#edge.timeouts.firstRequest)
  }

  /** For room.ts. At once, because one that lingers still takes its place. @returns whether it was idle */
  leaveIfIdle(): boolean {
    if (this.#phase !== 'idle' || this.socket.writableLength > 0) return false
    this.#phase = 'closed'
    this.socket.destroy()
    this.#edge.forget(this)
    return true
  }

  /**
   * RFC 9112 §9.6: closing at once could reset the connection and take the last response away with it, so the edge says
   * that it is finished and reads on for a moment.
   */
  #close(): void {
    this.#phase = 'lingering'
    this.#reader.takeRest()
    this.#goneBy = Number.POSITIVE_INFINITY
    const { linger, reader } = this.#edge.timeouts
    // The moment begins when the last answer has left the edge: destroying the socket before would cut off its end.
    this.setDeadline(this.socket.writableLength > 0 ? reader : linger)
    this.socket.end(() => this.setDeadline(linger))
    this.#flow()
    if (this.socket.readableEnded) this.socket.destroySoon()
  }

  /** The answer cannot be completed. A reset, so that nobody takes what came for the whole. */
  cut(): void {
    this.#exchange = undefined
    this.#phase = 'closed'
    reset(this.socket)
  }

  /** The client sent FIN: a half-close, or the beginning of its end. */
  #ended(): void {
    if (this.#tunnel !== undefined) this.#tunnel.clientEnded()
    else if (this.#phase === 'exchange') {
      this.#goneBy = this.#edge.clock.now() + this.#edge.timeouts.halfClosed
      this.setDeadlineAt(this.deadline)
      this.#checkCutShort()
    } else if (this.#phase === 'lingering') this.socket.destroySoon()
    // It asks no more, and may still be reading the last answer.
    else this.#close()
  }

  /** RFC 9112 §8: a request whose body ends before its length is incomplete; nobody should act on it. */
  #checkCutShort(): void {
    const ended = this.#goneBy !== Number.POSITIVE_INFINITY
    if (ended && this.#phase === 'exchange' && !this.bodyDone && this.#reader.pending === 0) this.socket.destroy()
  }

  #closed(): void {
    this.#phase = 'closed'
    this.#reader.takeRest()
    this.#edge.forget(this)
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
    else this.socket.destroy()
  }
}
