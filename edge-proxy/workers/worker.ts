/**
 * A worker beside the main thread of an edge: the same edge again, in a thread of its own, at the same ports. It checks no backends, reads
 * no DNS, and has no admin endpoint: the main thread does that for all workers.
 *
 * Read beside: workers.ts (the main thread), messages.ts, ../assemble.ts (the parts)
 * Shell: listens where the main thread listens; connects to the backends.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { systemClock as clock } from '#shared/clock.ts'
import { createLog, type Log } from '#shared/log.ts'
import { assembleEdge, type EdgeParts } from '../assemble.ts'
import { readConfig } from '../config.ts'
import { FINISH_MS } from '../timeouts.ts'
import { metricsOf } from '../watch/metrics.ts'
import { statusOf } from '../watch/status.ts'
import { CopiedChecks } from './copied-checks.ts'
import { applyState } from './copied-state.ts'
import type { NumberedRequest, WorkerData, WorkerMessage, WorkerRequest } from './messages.ts'
import { bucketsIn } from './shared-buckets.ts'
import { WorkerEvents } from './watched-share.ts'

/** Changes of backends and faults are logged by the main thread. */
const SILENT: Log = { info() {}, warn() {}, error() {} }

const { worker, watchedShare, limits } = workerData as WorkerData
const main = parentPort as MessagePort
const send = (message: WorkerMessage) => main.postMessage(message)

const config = readConfig(process.env)
const log = createLog(`edge-proxy, worker ${worker}`)
const events = new WorkerEvents(config.host.name, watchedShare, event => send({ event }))
const checks = new CopiedChecks(clock, finding => send({ finding }))
const parts = await assembleEdge(config, {
  clock,
  events,
  log,
  changes: SILENT,
  createChecks: checks.create.bind(checks),
  createBuckets: bucketsIn(limits),
})
const metrics = metricsOf(parts.edge, parts.limits)

main.on('message', async (request: NumberedRequest) => {
  send({ answer: request.number, value: await answerOf(request, parts) })
})

async function answerOf(request: WorkerRequest, { edge, faults, limits }: EdgeParts): Promise<unknown> {
  switch (request.ask) {
    case 'copy':
      return applyState(request.state, parts, checks)
    case 'listen':
      for (const { address, port } of request.places) await edge.listen(address, port)
      if (faults.refuses) await edge.closePorts()
      return
    case 'status':
      return statusOf(edge, limits)
    case 'metrics':
      return metrics.getMetricsAsJSON()
    case 'drain':
      faults.clear()
      return edge.drain(config.graceMs, FINISH_MS)
  }
}
