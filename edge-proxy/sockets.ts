/**
 * Two ways of using a TCP socket that both sides of the edge need: few system calls for framed content, and a visible abort.
 *
 * Read beside: downstream/client-writer.ts, exchange/request-relay.ts, RFC 9293 §3.5.2 (reset)
 * Touches the world: the socket that it is given.
 */
import type { Socket } from 'node:net'

/** Up to this many octets, text and content go out in one write: copying them costs less than a second system call. */
const SMALL = 4096

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
 * Ends a connection with RST instead of FIN, so that the peer does not take an incomplete message for a complete one.
 *
 * A socket whose FIN has been sent is only destroyed: libuv cannot reset it (`uv_tcp_close_reset` gives EINVAL), and Node
 * would then never close its descriptor.
 */
export function resetConnection(socket: Socket): void {
  if (socket.writableEnded) socket.destroy()
  else socket.resetAndDestroy()
}
