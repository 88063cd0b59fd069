/**
 * The workers of a server, seen from the main thread: WORKERS − 1 threads that answer ordinary queries over UDP. The main thread does all the rest:
 * zones, health checks, TCP, the admin endpoint, and every query that is not answered from the table.
 *
 * Read beside: worker.ts (the other side), messages.ts, shared-turns.ts, README.md ("Several cores")
 * Touches the world: starts threads. Their sockets are opened in worker.ts.
 */
import { Worker } from 'node:worker_threads'
import type { Policy } from '../answer/order.ts'
import type { RotationTurn } from '../answer/orderer.ts'
import type { Table } from '../compiled/table.ts'
import { DnsCounters } from '../server/counters.ts'
import type { UdpSender } from '../server/udp.ts'
import { type FromWorker, SHARED, type TableForWorkers, type ToWorker, type WorkerStart } from './messages.ts'
import { type SharedTurn, SharedTurns } from './shared-turns.ts'

export interface WorkersListener {
  /** A query that the main thread must answer. */
  received(octets: Buffer, sender: UdpSender): void
  /** A worker has ended with an error. */
  failed(error: Error): void
}

interface WorkerThread {
  readonly thread: Worker
  readonly counters: DnsCounters
  /** Called in order, one after each change of the socket. */
  readonly waiting: (() => void)[]
}

export class Workers {
  readonly #count: number
  readonly #shared = new Int32Array(new SharedArrayBuffer(4 * SHARED.LENGTH))
  readonly #turns = new SharedTurns()
  #threads: readonly WorkerThread[] = []
  #closing = false
  /** The last table that was published, and the message about it. */
  #table: Table | undefined
  #message: TableForWorkers | undefined

  /** @param count threads besides the main thread; 0: nothing here has an effect */
  constructor(count: number) {
    this.#count = count
  }

  /** Makes the turns of the orderer; undefined when only the main thread uses them. */
  get newTurn(): (() => RotationTurn) | undefined {
    return this.#count > 0 ? this.#turns.add : undefined
  }

  /** Of each worker. */
  get counters(): readonly DnsCounters[] {
    return this.#threads.map(({ counters }) => counters)
  }

  /** Starts the threads. Resolves when all their sockets are open. */
  async open(address: string, port: number, listener: WorkersListener): Promise<void> {
    this.#threads = Array.from({ length: this.#count }, (_, i) => this.#start(i + 2, address, port, listener))
    if (this.#message) this.#post({ table: this.#message })
    await this.setOpen(true)
  }

  /**
   * The table from which workers may answer from now on; undefined: they forward every query. Must be called before an answer of another
   * state is sent, so that no worker answers from the state before.
   */
  publish(table: Table | undefined, policy: Policy): void {
    if (table && (table !== this.#table || policy !== this.#message?.policy)) this.#send(table, policy)
    Atomics.store(this.#shared, SHARED.TABLE, table && this.#message ? this.#message.number : 0)
  }

  /** Closes the sockets of the workers, or opens them again. */
  async setOpen(open: boolean): Promise<void> {
    this.#post({ open })
    await Promise.all(this.#threads.map(({ waiting }) => new Promise<void>(changed => waiting.push(changed))))
  }

  async close(): Promise<void> {
    this.#closing = true
    await Promise.all(this.#threads.map(({ thread }) => thread.terminate()))
  }

  #send(table: Table, policy: Policy): void {
    this.#table = table
    this.#message = {
      number: (this.#message?.number ?? 0) + 1,
      memory: table.memory,
      policy,
      turns: Int32Array.from(table.turns, turn => (turn as SharedTurn).number),
      turnMemory: this.#turns.memory,
    }
    this.#post({ table: this.#message })
  }

  #post(message: ToWorker): void {
    for (const { thread } of this.#threads) thread.postMessage(message)
  }

  #start(number: number, address: string, port: number, { received, failed }: WorkersListener): WorkerThread {
    const counters = new DnsCounters()
    const start: WorkerStart = { address, port, shared: this.#shared.buffer, counters: counters.memory }
    const thread = new Worker(new URL('worker.ts', import.meta.url), {
      workerData: start,
      name: `dns worker ${number}`,
    })
    const waiting: (() => void)[] = []
    thread.on('message', (message: FromWorker) => {
      if ('open' in message) return waiting.shift()?.()
      for (const { octets, address, port } of message.queries) {
        Atomics.sub(this.#shared, SHARED.WAITING, 1)
        received(Buffer.from(octets.buffer, octets.byteOffset, octets.length), { address, port })
      }
    })
    thread.on('error', cause => failed(new Error(`worker ${number} failed: ${(cause as Error).message}`, { cause })))
    thread.on('exit', () => this.#closing || failed(new Error(`worker ${number} ended`)))
    return { thread, counters, waiting }
  }
}
