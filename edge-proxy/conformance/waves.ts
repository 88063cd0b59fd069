/**
 * A wave of requests of all kinds: ordinary ones on kept connections, uploads, refused ones, abandoned ones.
 *
 * Read beside: growth.test.ts, endurance.ts
 * Touches the world: TCP connections.
 */
import { once } from 'node:events'
import { RawClient } from '../testing/raw-client.ts'
import { head } from './case.ts'
import type { TcpAddress } from './streams.ts'

const CLIENTS = 20
const EACH = 40
const GET = head('GET /x HTTP/1.1', 'Host: a', `Cookie: sid=${'x'.repeat(200)}`)
const POST = `${head('POST /x HTTP/1.1', 'Host: a', 'Content-Length: 1000')}${'x'.repeat(1000)}`
const CHUNKED = `${head('POST /x HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked')}5\r\nhello\r\n0\r\nX: 1\r\n\r\n`
const BROKEN = head('GET /x HTTP/1.1', 'Host: a', 'X : 1')

/** Sends one wave. @returns how many requests were answered with 200 */
export async function wave({ address, port }: TcpAddress): Promise<number> {
  const kept = Array.from({ length: CLIENTS }, async () => {
    const client = await RawClient.connect(port, address)
    for (let i = 0; i < EACH; i++) {
      client.received = ''
      client.send([GET, POST, GET, CHUNKED][i % 4] as string)
      await client.until(
        received => received.startsWith('HTTP/1.1 200 ') && /x{1000}(?:\r\n0\r\n\r\n)?$/.test(received),
      )
    }
    client.destroy()
  })
  const broken = Array.from({ length: CLIENTS }, async () => {
    const client = await RawClient.connect(port, address)
    await client.send(BROKEN).untilClosed()
  })
  const gone = Array.from({ length: CLIENTS }, async (_, index) => {
    const client = await RawClient.connect(port, address)
    client.send(POST.slice(0, 10 + index * 50))
    client.socket.resetAndDestroy()
    if (!client.socket.closed) await once(client.socket, 'close')
  })
  await Promise.all([...kept, ...broken, ...gone])
  return CLIENTS * EACH
}
