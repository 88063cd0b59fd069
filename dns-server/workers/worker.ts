/**
 * A worker: a thread with a UDP socket of its own at the address of the server. It answers ordinary queries from the table of the main thread,
 * and forwards all others to it.
 *
 * Read beside: workers.ts (the main thread's side), ../compiled/fast-path.ts (the answer), ../server/handlers.ts (the same in the main thread)
 * Shell: opens UDP on ADDRESS:53 (or 5300), shared with the main thread (SO_REUSEPORT).
 */
import { parentPort, workerData } from 'node:worker_threads'
import { createLog } from '#shared/log.ts'
import { answerFast, type FastOrder } from '../compiled/fast-path.ts'
import { Table } from '../compiled/table.ts'
import { readConfig } from '../config.ts'
import { DnsCounters } from '../server/counters.ts'
import { isLimitedBy } from '../server/remembered.ts'
import { type DatagramHandler, listenUdp, type UdpListener } from '../server/udp.ts'
import { Forwarder } from './forwarder.ts'
import { type FromWorker, SHARED, type TableForWorkers, type ToWorker, type WorkerStart } from './messages.ts'
import { SharedTurns } from './shared-turns.ts'

interface CurrentTable {
  readonly number: number
  readonly table: Table
  readonly order: FastOrder
}

const { address, port, shared: sharedMemory, counters: counterMemory } = workerData as WorkerStart
const main = parentPort as NonNullable<typeof parentPort>
const shared = new Int32Array(sharedMemory)
const counters = new DnsCounters(counterMemory)
const isLimited = isLimitedBy(readConfig(process.env))
const post = (message: FromWorker) => main.postMessage(message)
const forwarder = new Forwarder(shared, queries => post({ queries }))
let current: CurrentTable | undefined
let socket: UdpListener | undefined

/** The main thread changes the number before it does anything that makes the table old, so an old table is never used. */
const isCurrent = (table: CurrentTable) => table.number === Atomics.load(shared, SHARED.TABLE)

const answer: DatagramHandler = (octets, client) => {
  if (current && isCurrent(current) && !isLimited(client.address)) {
    const begun = counters.isTimed() ? performance.now() : undefined
    const response = answerFast(octets, current.table, current.order, counters.countUdp)
    if (response && begun !== undefined) counters.countSample((performance.now() - begun) / 1000)
    if (response) return response
  }
  if (!forwarder.forward(octets, client)) counters.countSilence()
  return undefined
}

/** The steps are awaited one after the other: a socket is open before it is closed. */
let step: Promise<void> = Promise.resolve()

async function setOpen(open: boolean): Promise<void> {
  if (open) socket ??= await listenUdp(address, port, answer, createLog('dns-server'), true)
  else {
    await socket?.close()
    socket = undefined
  }
  post({ open })
}

function use({ number, memory, policy, turns, turnMemory }: TableForWorkers): void {
  const all = new SharedTurns(turnMemory)
  const table = Table.at(
    memory,
    [...turns].map(turn => all.at(turn)),
  )
  current = { number, table, order: { policy, unusable: undefined } }
}

main.on('message', (message: ToWorker) => {
  if ('table' in message) use(message.table)
  else step = step.then(() => setOpen(message.open))
})
