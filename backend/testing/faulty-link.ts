/**
 * A TCP relay whose delay a test can change, and which a test can cut: the network between a backend and a database.
 *
 * Read beside: ../network-faults.test.ts
 * Touches the world: listens at one address, and connects to another for each connection it accepts.
 */
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { Test } from 'tap'

export interface FaultyLink {
  /** Milliseconds that bytes take in each direction; may be changed at any time. */
  delay: number
  /**
   * Is called with bytes that a backend sends, as Latin-1 text, and decides whether the connection is cut: `before` these bytes are
   * delivered, or `after` (then the reply is lost). A new connection is not affected.
   */
  cut: ((text: string) => 'before' | 'after' | undefined) | undefined
}

export interface TcpEndpoint {
  readonly address: string
  readonly port: number
}

/** Relays every connection made to `from` on to `to`. */
export async function openFaultyLink(t: Test, from: TcpEndpoint, to: TcpEndpoint): Promise<FaultyLink> {
  const link: FaultyLink = { delay: 0, cut: undefined }
  const server = createServer(near => {
    const far = connect(to.port, to.address)
    let replyIsLost = false
    near.on('data', octets => {
      const cut = link.cut?.(octets.toString('latin1'))
      if (cut === 'before') return void near.destroy()
      replyIsLost ||= cut === 'after'
      setTimeout(() => far.writable && far.write(octets), link.delay)
    })
    far.on('data', octets => {
      if (replyIsLost) return void near.destroy()
      setTimeout(() => near.writable && near.write(octets), link.delay)
    })
    for (const [end, other] of [
      [near, far],
      [far, near],
    ] as const) {
      end.on('error', () => other.destroy()) // a broken connection ends the other one too
      end.on('close', () => other.destroy())
    }
    t.teardown(() => near.destroy())
  })
  server.listen(from.port, from.address)
  await once(server, 'listening')
  t.teardown(() => server.close())
  return link
}
