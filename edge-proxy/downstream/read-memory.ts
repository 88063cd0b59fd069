/**
 * An optional faster way to read from clients: into memory that is kept, instead of new memory for each read.
 *
 * Node allocates 64 KiB for every read from an accepted socket, and its garbage collector has to find them all again: more than
 * half of the time of an upload. A socket that connects may be given memory of its own (`onread`, as in
 * upstream/connection.ts); for a socket that is accepted, Node has no such option. So the accepted handle moves into a second
 * Socket, which is made with `onread`. This needs private fields of Node. If a future Node has other fields, or if this file is not
 * plugged in (assemble.ts), the edge reads with read-plainly.ts.
 *
 * Read beside: read-plainly.ts, client-connection.ts, docs/decisions.md ("Reading client sockets")
 * Touches the world: takes over one TCP socket.
 */
import { type OnReadOpts, type Server, Socket } from 'node:net'
import { READ_SIZE, ReadTurn } from '../sockets.ts'
import { type PieceReader, type ReadSocket, readPlainly } from './read-plainly.ts'

/** After a read of this many octets, another large one is likely. */
const LARGE = 16_384
/** Connections that have memory of their own at the same time: 16 MiB. */
const MAX_LENT = 256

/** For all connections with small reads; what was read is copied at once. */
const common = Buffer.allocUnsafeSlow(READ_SIZE)
/** Memory for large reads that no connection uses at present. */
const spare: Buffer[] = []
let lent = 0

/** The memory of one connection: the common one, or its own after a large read. */
class ReadMemory {
  readonly #reader: PieceReader
  #own: Buffer | undefined
  #large = false

  constructor(reader: PieceReader) {
    this.#reader = reader
  }

  /** For the next read. */
  next(): Buffer {
    if (this.#large && this.#own === undefined && lent < MAX_LENT) {
      lent++
      this.#own = spare.pop() ?? Buffer.allocUnsafeSlow(READ_SIZE)
    } else if (!this.#large) this.giveBack()
    return this.#own ?? common
  }

  /** `length` octets have been read into `memory`. */
  pass(length: number, memory: Buffer): void {
    this.#large = length >= LARGE
    const piece = memory.subarray(0, length)
    this.#reader.received(memory === common ? Buffer.from(piece) : piece)
    if (memory !== common && this.#reader.holdsPiece) this.#release()
  }

  giveBack(): void {
    const own = this.#release()
    if (own !== undefined) spare.push(own)
  }

  #release(): Buffer | undefined {
    const own = this.#own
    this.#own = undefined
    if (own !== undefined) lent--
    return own
  }
}

/**
 * Begins to read from a socket that was accepted with `pauseOnConnect`.
 *
 * @returns the socket to use from now on: another one, where this Node has the fields that are needed
 */
export const readIntoKeptMemory: ReadSocket = (accepted, reader) => {
  const { _handle: handle, _server: server } = accepted as Partial<NodeInternals>
  if (!handle || !server) return readPlainly(accepted, reader)
  ;(accepted as Partial<NodeInternals>)._handle = null
  const memory = new ReadMemory(reader)
  const onread: OnReadOpts = {
    buffer: () => memory.next(),
    callback(length, octets) {
      memory.pass(length, octets as Buffer)
      return turn.goesOn(length)
    },
  }
  const socket = new Socket({ handle: handle as never, allowHalfOpen: true, onread })
  const turn = new ReadTurn(socket)
  // The server counts its connections by this field, and closes after the last one.
  return Object.assign(socket, { _server: server }).on('close', () => memory.giveBack())
}

/** Private fields of net.Server and net.Socket. */
interface NodeInternals {
  _handle: object | null
  _server: Server
}
