/**
 * Four ways of using a TCP socket that both sides of the edge need: few system calls for framed content, whether it has room for
 * more, a visible abort, and reading that leaves time for other connections.
 *
 * Read beside: downstream/client-writer.ts, exchange/request-relay.ts, upstream/connection.ts, RFC 9293 §3.5.2 (reset)
 * Touches the world: the socket that it is given.
 */
import type { Socket } from 'node:net'

/** Up to this many octets, text and content go out in one write: copying them costs less than a second system call. */
const SMALL = 4096

/** Octets that one read may bring: as many as libuv would read by itself. */
export const READ_SIZE = 65_536
/** Reads from one connection in one turn of the event loop: 256 KiB, as much as nginx buffers of one response in its configuration here. */
const READS_IN_TURN = 4

/** Writes text (latin1), content, text, in as few system calls as possible. */
export function writeFramed(
  socket: Pick<Socket, 'write' | 'cork' | 'uncork'>,
  before: string,
  content: Buffer,
  after: string,
): void {
  if (content.length <= SMALL) return void socket.write(before + content.toString('latin1') + after, 'latin1')
  socket.cork()
  if (before !== '') socket.write(before, 'latin1')
  socket.write(content)
  if (after !== '') socket.write(after, 'latin1')
  socket.uncork()
}

/**
 * Whether so many octets wait to be sent that no more should be written before 'drain'.
 *
 * `writableNeedDrain` alone is also true after a large write of text and content that the kernel has accepted as a whole, until
 * 'drain'. With that, reading from the other side would be stopped and started again for each of them.
 */
export function isFull(socket: Pick<Socket, 'writableNeedDrain' | 'writableLength'>): boolean {
  return socket.writableNeedDrain && socket.writableLength > 0
}

/**
 * Ends a connection with RST instead of FIN, so that the peer does not take an incomplete message for a complete one.
 *
 * A socket whose FIN has been sent is only destroyed: libuv cannot reset it (`uv_tcp_close_reset` gives EINVAL), and Node
 * would then never close its descriptor.
 */
export function resetConnection(socket: Socket): void {
  if (socket.writableEnded) socket.destroy()
  else socket.resetAndDestroy()
}

/**
 * Limits what is read from one connection in one turn of the event loop. Without the limit, libuv reads up to 2 MiB from a fast
 * connection before it looks at the next one: with 400 downloads at the same time, a new client would wait for seconds.
 */
export class ReadTurn {
  readonly #socket: Pick<Socket, 'isPaused' | 'resume'>
  /** Reads in this turn that have filled the memory: after any other one, nothing is left to be read. */
  #full = 0

  constructor(socket: Pick<Socket, 'isPaused' | 'resume'>) {
    this.#socket = socket
  }

  /**
   * After a read of so many octets. When the turn is used up, reading stops, and begins again in the next one.
   *
   * @returns whether reading goes on at once, for `onread`
   */
  goesOn(length: number): boolean {
    this.#full = length < READ_SIZE ? 0 : this.#full + 1
    if (this.#full < READS_IN_TURN) return true
    this.#full = 0
    setImmediate(() => {
      if (!this.#socket.isPaused()) this.#socket.resume()
    })
    return false
  }
}
