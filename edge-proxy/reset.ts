/**
 * Ends a connection with RST instead of FIN: whoever reads it then knows that something is missing.
 *
 * Read beside: RFC 9293 §3.5.2 (reset), RFC 9112 §8 (incomplete messages)
 * Touches the world: the socket that it is given.
 */
import type { Socket } from 'node:net'

/**
 * A socket that has been ended is only destroyed. libuv refuses to reset one whose FIN is on its way (`uv_tcp_close_reset`
 * gives EINVAL), and Node then never closes its descriptor.
 */
export function reset(socket: Socket): void {
  if (socket.writableEnded) socket.destroy()
  else socket.resetAndDestroy()
}
