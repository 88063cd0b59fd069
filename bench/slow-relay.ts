/**
 * A slow connection: a TCP relay with a delay, and with a limit of octets in a second for each connection, in both directions.
 *
 * Read beside: sale-fairness.ts
 * Touches the world: listens on a port of 127.0.0.1, and connects to the server for each connection that it accepts.
 */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface SlowConnection {
  readonly octetsPerSecond: number
  readonly delayMs: number
}

export interface SlowRelay {
  readonly url: string
  close(): Promise<void>
}

export async function openSlowRelay(to: { host: string; port: number }, slow: SlowConnection): Promise<SlowRelay> {
  const sockets = new Set<Socket>()
  const server = createServer(near => {
    const far = connect(to)
    for (const [from, into] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      relay(from, into, slow)
      from.on('close', () => sockets.delete(from))
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise(closed => server.close(closed))
    },
  }
}

function relay(from: Socket, into: Socket, { octetsPerSecond, delayMs }: SlowConnection): void {
  /** When the line is free again, on `performance.now()`. */
  let free = 0
  const after = (octets: number, work: () => void) => {
    free = Math.max(free, performance.now()) + (octets / octetsPerSecond) * 1_000
    setTimeout(work, free - performance.now() + delayMs)
  }
  from.on('data', octets => after(octets.length, () => into.writable && into.write(octets)))
  from.on('end', () => after(0, () => into.end()))
  from.on('error', () => into.destroy())
  from.on('close', () => into.destroySoon())
}
