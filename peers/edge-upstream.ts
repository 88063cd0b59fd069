/**
 * Shell: a backend that costs almost no time, so that the measurement shows the proxy in front of it.
 *
 * It answers every GET with 155 octets of JSON, `GET /large` with 100 KB, and accepts any upload. It does not check the lengths that
 * the proxy sends. It uses `node:net`, because `node:http` would be slower than the proxies.
 *
 * Read beside: bench/edge.ts
 * Opens: one TCP port: `edge-upstream.ts NAME ADDRESS PORT`.
 */
import { createServer, type Socket } from 'node:net'

const [, , name = '', address = '', port = ''] = process.argv

function answer(body: string): string {
  return `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
}

const json = JSON.stringify({ name, ready: true, text: '' })
const SMALL = answer(JSON.stringify({ name, ready: true, text: 'x'.repeat(155 - json.length) }))
const LARGE = answer('x'.repeat(100_000))

createServer({ noDelay: true }, socket => {
  socket.on('error', () => socket.destroy())
  let pending = Buffer.alloc(0)
  /** Octets of an upload that are still to come. */
  let skipping = 0
  socket.on('data', (piece: Buffer) => {
    let octets = pending.length === 0 ? piece : Buffer.concat([pending, piece])
    for (;;) {
      if (skipping > 0) {
        const skipped = Math.min(skipping, octets.length)
        skipping -= skipped
        octets = octets.subarray(skipped)
        if (skipping > 0) break
        socket.write(SMALL, 'latin1')
        continue
      }
      const end = octets.indexOf('\r\n\r\n')
      if (end === -1) break
      skipping = begin(socket, octets.toString('latin1', 0, end))
      octets = octets.subarray(end + 4)
    }
    pending = octets as typeof pending
  })
}).listen(Number(port), address)

/** Answers a request without a body at once. @returns the length of the body, if there is one */
function begin(socket: Socket, head: string): number {
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0)
  if (/\r\ntransfer-encoding:/i.test(head)) throw new Error('this upstream cannot read chunks')
  if (length === 0) socket.write(head.startsWith('GET /large ') ? LARGE : SMALL, 'latin1')
  return length
}
