/**
 * The fault `reset`: a connection that is reset in the middle of a response.
 *
 * Read beside: fault.ts (`reset`), RFC 9293 §3.5.2 (what a reset is)
 * Touches the world: one TCP socket.
 */
import type { Socket } from 'node:net'

/** From now on, `octets` octets more are sent; then the connection is reset (TCP RST). A shorter response is sent whole. */
export function resetAfter(socket: Socket, octets: number): void {
  if (octets === 0) return void socket.resetAndDestroy()
  const write = socket.write.bind(socket)
  const end = socket.end.bind(socket)
  let left = octets
  const writePart = (chunk: string | Uint8Array, encoding: unknown): boolean => {
    if (left === 0) return true
    const all = typeof chunk === 'string' ? Buffer.from(chunk, encoding as BufferEncoding) : chunk
    const part = all.subarray(0, left)
    left -= part.length
    // A reset discards what has not been sent, so it waits until the system has taken over these octets.
    return left > 0 ? write(part) : write(part, () => socket.resetAndDestroy())
  }
  socket.write = ((chunk: string | Uint8Array, encoding?: unknown) =>
    writePart(chunk, typeof encoding === 'string' ? encoding : undefined)) as Socket['write']
  // A FIN would come before the reset, and a socket that has sent one cannot be reset (edge-proxy/sockets.ts).
  socket.end = ((chunk?: unknown, encoding?: unknown) => {
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) socket.write(chunk, encoding as BufferEncoding)
    return left > 0 ? end() : socket
  }) as Socket['end']
}
