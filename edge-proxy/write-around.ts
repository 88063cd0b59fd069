/**
 * Content with what frames it, written in as few system calls as is sensible.
 *
 * Read beside: downstream/client-writer.ts, upstream/request-relay.ts
 * Touches the world: the socket that it is given.
 */
import type { Socket } from 'node:net'

/** Up to this length, text and content go out in one write; copying so little costs less than a second write. */
const SMALL = 4096

/** Text (latin1), content, text. */
export function writeAround(socket: Socket, before: string, content: Buffer, after: string): void {
  if (content.length <= SMALL) return void socket.write(before + content.toString('latin1') + after, 'latin1')
  socket.cork()
  if (before !== '') socket.write(before, 'latin1')
  socket.write(content)
  if (after !== '') socket.write(after, 'latin1')
  socket.uncork()
}
