/**
 * Into which memory a client's socket is read.
 *
 * Node allocates 64 KiB for every read from a socket that was accepted, and has to find them all again: more than half of the
 * time of an upload. Whoever connects may hand over memory of his own instead (`onread`, as in upstream/connection.ts); whoever
 * accepts is not asked. So the accepted handle moves into a second Socket, which is. In plain form, all of this is
 * `socket.on('data', piece => reader.received(piece))`, and where a future Node keeps its handles elsewhere, it is just that.
 *
 * Read beside: client-connection.ts (the reader), docs/decisions.md ("Accepted sockets are read into kept memory")
 * Touches the world: takes over one TCP socket.
 */
import { type OnReadOpts, type Server, Socket } from 'node:net'
import { READ_SIZE } from '../upstream/connection.ts'

export interface PieceReader {
  received(piece: Buffer): void
  /** Whether octets of the last piece wait to be written or looked at: then its memory is not read into again. */
  readonly holdsPiece: boolean
}

/** A read that brings as much as this is probably not the last of its kind. */
const LARGE = 16_384
/** Connections that have memory of their own at the same time: 16 MiB. */
const MOST_LENT = 256

/** Where everybody is read into who says little; what was said is copied out at once. */
const common = Buffer.allocUnsafeSlow(READ_SIZE)
/** Memory for those who send much, while nobody does. */
const spare: Buffer[] = []
let lent = 0

/** The memory of one connection: the common one, or its own after a large read. */
export class ReadMemory {
  readonly #reader: PieceReader
  #own: Buffer | undefined
  #large = false

  constructor(reader: PieceReader) {
    this.#reader = reader
  }

  /** For the next read. */
  next(): Buffer {
    if (this.#large && this.#own === undefined && lent < MOST_LENT) {
      lent++
      this.#own = spare.pop() ?? Buffer.allocUnsafeSlow(READ_SIZE)
    } else if (!this.#large) this.giveBack()
    return this.#own ?? common
  }

  /** `length` octets have been read into `memory`. */
  take(length: number, memory: Buffer): void {
    this.#large = length >= LARGE
    const piece = memory.subarray(0, length)
    this.#reader.received(memory === common ? Buffer.from(piece) : piece)
    if (memory !== common && this.#reader.holdsPiece) this.#part()
  }

  giveBack(): void {
    const own = this.#part()
    if (own !== undefined) spare.push(own)
  }

  #part(): Buffer | undefined {
    const own = this.#own
    this.#own = undefined
    if (own !== undefined) lent--
    return own
  }
}

/**
 * Begins to read from a socket that was accepted with `pauseOnConnect`.
 *
 * @param plainly leaves the memory to Node: the reference that a test compares with
 * @returns the socket to use from now on: another one, unless it is read plainly
 */
export function readInto(accepted: Socket, reader: PieceReader, plainly = false): Socket {
  const { _handle: handle, _server: server } = accepted as Partial<Inside>
  if (plainly || !handle || !server) return accepted.on('data', (piece: Buffer) => reader.received(piece)).resume()
  ;(accepted as Partial<Inside>)._handle = null
  const memory = new ReadMemory(reader)
  const onread: OnReadOpts = {
    buffer: () => memory.next(),
    callback(length, octets) {
      memory.take(length, octets as Buffer)
      return true
    },
  }
  const socket = new Socket({ handle: handle as never, allowHalfOpen: true, onread })
  // The server counts its connections by this; it closes when the last one has.
  return Object.assign(socket, { _server: server }).on('close', () => memory.giveBack())
}

/** What net.Server and net.Socket keep to themselves. */
interface Inside {
  _handle: object | null
  _server: Server
}
