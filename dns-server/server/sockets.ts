/**
 * The sockets of the server: UDP and TCP at each of its places. They can all be closed and opened again.
 *
 * Read beside: udp.ts, tcp.ts, ../main.ts
 * Touches the world: through udp.ts and tcp.ts.
 */
import type { Clock } from '#shared/clock.ts'
import { inTurn } from '#shared/in-turn.ts'
import type { Log } from '#shared/log.ts'
import { listenTcp, type StreamHandler } from './tcp.ts'
import { type DatagramHandler, listenUdp, type UdpListener, type UdpSender } from './udp.ts'

export interface SocketHandlers {
  readonly datagram: DatagramHandler
  readonly stream: StreamHandler
}

interface OpenSockets {
  readonly connections: { readonly size: number }
  readonly udp: UdpListener
  close(): Promise<unknown>
}

export class Sockets {
  readonly #handlers: SocketHandlers
  readonly #clock: Clock
  readonly #log: Log
  readonly #reusePort: boolean
  readonly #places: { readonly address: string; readonly port: number }[] = []
  #open: OpenSockets[] = []
  #isOpen = true
  readonly #oneByOne = inTurn()

  /** @param reusePort the sockets of workers may share the UDP ports */
  constructor(handlers: SocketHandlers, clock: Clock, log: Log, reusePort = false) {
    this.#handlers = handlers
    this.#clock = clock
    this.#log = log
    this.#reusePort = reusePort
  }

  /** TCP connections that are open. */
  get connections(): number {
    return this.#open.reduce((sum, { connections }) => sum + connections.size, 0)
  }

  /** Handles a datagram that a worker has received at the first place. While the sockets are closed it is lost. */
  receive(octets: Buffer, sender: UdpSender): void {
    this.#open[0]?.udp.receive(octets, sender)
  }

  /** Listens at one more place. @throws the error of bind(2) when the place is not available */
  async listen(address: string, port: number): Promise<void> {
    this.#open.push(await this.#listenAt(address, port))
    this.#places.push({ address, port })
  }

  /**
   * Closes the sockets, or opens them again at the same places.
   *
   * @throws the error of bind(2) when another program has taken a place meanwhile: then all sockets are closed, and may be opened later
   */
  setOpen(wanted: boolean): Promise<void> {
    return this.#oneByOne(() => this.#bringTo(wanted))
  }

  close(): Promise<void> {
    return this.#oneByOne(() => this.#closeAll())
  }

  async #bringTo(wanted: boolean): Promise<void> {
    if (wanted === this.#isOpen) return
    try {
      if (wanted) for (const { address, port } of this.#places) this.#open.push(await this.#listenAt(address, port))
      else await this.#closeAll()
      this.#isOpen = wanted
    } catch (error) {
      await this.#closeAll()
      throw error
    }
  }

  async #closeAll(): Promise<void> {
    const open = this.#open
    this.#open = []
    await Promise.all(open.map(sockets => sockets.close()))
  }

  async #listenAt(address: string, port: number): Promise<OpenSockets> {
    const { datagram, stream } = this.#handlers
    const udp = await listenUdp(address, port, datagram, this.#log, this.#reusePort)
    try {
      const tcp = await listenTcp(address, port, stream, { clock: this.#clock, log: this.#log })
      return { connections: tcp.connections, udp, close: () => Promise.all([udp.close(), tcp.close()]) }
    } catch (error) {
      await udp.close()
      throw error
    }
  }
}
