/**
 * The workers of an edge: threads that accept connections at the same ports, so that one edge uses several cores. The main thread is
 * worker 1 and has the same tasks as without other workers: it checks backends, looks them up in DNS, serves the admin endpoint, and stops the edge.
 *
 *     worker 1 (main thread)  :80 ──┐                      ┌── :9100 /status /metrics /events, switches: of all workers
 *     worker 2                :80 ──┤ SO_REUSEPORT: the    │
 *     worker 3                :80 ──┘ kernel divides them  └── checks, DNS ──state──► workers 2, 3
 *
 * Threads and not processes: an edge stays one process, which can be stopped, killed, paused and measured as one machine of the map.
 *
 * Read beside: README.md (what is shared, and what each worker has of its own), worker.ts, copied-state.ts, socket(7) SO_REUSEPORT
 * Touches the world: starts threads.
 */
import { AggregatorRegistry, type Registry } from 'prom-client'
import type { AdminOptions } from '#shared/admin.ts'
import type { Clock } from '#shared/clock.ts'
import type { Events } from '#shared/events.ts'
import { describeError, type Log } from '#shared/log.ts'
import type { EdgeParts, EdgeSurroundings } from '../assemble.ts'
import type { EdgeConfig } from '../config.ts'
import { copyState } from './copied-state.ts'
import { CopyingChecks } from './copying-checks.ts'
import type { WorkerFinding, WorkerRequest } from './messages.ts'
import { bucketsIn, newLimitMemory } from './shared-buckets.ts'
import { summed } from './sums.ts'
import { newWatchedShare, setWatchedShare } from './watched-share.ts'
import { WorkerHandle } from './worker-handle.ts'

export interface EdgeWorkersOptions {
  readonly config: Pick<EdgeConfig, 'workers' | 'checks'>
  readonly clock: Clock
  readonly events: Events
  readonly log: Log
  /** The settings of the other workers: the same as those of the main thread. */
  readonly env?: NodeJS.ProcessEnv
}

/** What the main thread shows by itself. */
interface OwnAdmin extends Pick<AdminOptions, 'routes'> {
  readonly metrics: Registry
  readonly status: () => Readonly<Record<string, unknown>>
}

export class EdgeWorkers {
  readonly #options: EdgeWorkersOptions
  readonly #watchedShare = newWatchedShare()
  readonly #limits = newLimitMemory()
  readonly #checks = new Map<string, CopyingChecks>()
  /** The others, by number from 2. */
  readonly threads = new Map<number, WorkerHandle>()
  #parts: EdgeParts | undefined
  #copying = false
  #stopping = false

  constructor(options: EdgeWorkersOptions) {
    const { events } = options
    this.#options = options
    events.onWatch = () => setWatchedShare(this.#watchedShare, events.share)
  }

  /** For the parts of the main thread. */
  get surroundings(): Pick<EdgeSurroundings, 'createChecks' | 'createBuckets'> {
    const { clock, config } = this.#options
    return {
      createChecks: (cluster, listener) => {
        const checks = new CopyingChecks(clock, config.checks, listener, () => this.#copySoon())
        this.#checks.set(cluster, checks)
        return checks
      },
      createBuckets: bucketsIn(this.#limits),
    }
  }

  /** Starts the other workers, at the places where the main thread listens. @throws Error when one of them cannot start */
  async start(parts: EdgeParts): Promise<void> {
    this.#parts = parts
    parts.faults.onChange(() => this.#copySoon())
    const others = Array.from({ length: this.#options.config.workers - 1 }, (_, index) => index + 2)
    await Promise.all(others.map(worker => this.#begin(worker, parts)))
  }

  async #begin(worker: number, parts: EdgeParts): Promise<void> {
    const thread = new WorkerHandle({
      data: { worker, watchedShare: this.#watchedShare, limits: this.#limits },
      env: this.#options.env ?? process.env,
      report: message => {
        if ('event' in message) this.#options.events.relay(message.event)
        else this.#note(message.finding, parts)
      },
    })
    this.threads.set(worker, thread)
    await thread.ask({ ask: 'copy', state: copyState(parts) })
    await thread.ask({ ask: 'listen', places: parts.edge.places })
    void thread.ended.then(why => this.#replace(worker, why, parts))
  }

  /** An unknown error ends one worker, with its open requests. Another one takes its place; if that cannot start, the edge ends. */
  async #replace(worker: number, why: Error, parts: EdgeParts): Promise<void> {
    this.threads.delete(worker)
    if (this.#stopping) return
    const reason = describeError(why)
    this.#options.log.error('a worker has ended, and its requests with it; it is started again', {
      worker,
      reason,
      stack: why.stack,
    })
    await this.#begin(worker, parts).catch(error => {
      // The edge has begun to stop meanwhile, and has ended the new one too.
      if (!this.#stopping) throw error
    })
  }

  /** What a worker has found out about a backend counts for all of them. */
  #note({ cluster: name, backend: backendName, banned }: WorkerFinding, { rows }: EdgeParts): void {
    const backends = rows.find(({ cluster }) => cluster.name === name)?.cluster.backends
    const backend = backends?.find(backend => backend.name === backendName)
    if (backend === undefined) return
    const checks = this.#checks.get(name)
    if (banned) checks?.reportBan(backend)
    else checks?.hurry(backend)
  }

  // ── the state of all ────────────────────────────────────────────────────────────────────────────────────────────

  /** One copy is enough for all changes of one turn of the event loop. */
  #copySoon(): void {
    if (this.#copying || this.threads.size === 0) return
    this.#copying = true
    setImmediate(() => {
      this.#copying = false
      void this.#copy()
    })
  }

  /** @returns when the other workers have the present state */
  async #copy(): Promise<void> {
    if (this.#parts !== undefined) await this.#askAll({ ask: 'copy', state: copyState(this.#parts) })
  }

  /** @returns the answers; one that ends before its answer is left out */
  async #askAll(request: WorkerRequest): Promise<{ worker: number; value: unknown }[]> {
    const answers = await Promise.allSettled(
      [...this.threads.values()].map(async thread => ({ worker: thread.worker, value: await thread.ask(request) })),
    )
    return answers.flatMap(answer => (answer.status === 'fulfilled' ? [answer.value] : []))
  }

  // ── the admin endpoint ──────────────────────────────────────────────────────────────────────────────────────────

  /** The admin endpoint of all workers: sums of what each has counted, and switches that are answered when all have the new state. */
  adminOf(own: OwnAdmin): Pick<AdminOptions, 'metrics' | 'status' | 'routes'> {
    const status = async () => {
      if (this.#copying) await this.#copy()
      const others = await this.#askAll({ ask: 'status' })
      const mine = own.status()
      const each = [{ worker: 1, value: mine as unknown }, ...others]
      const sum = summed(
        mine,
        others.map(({ value }) => value),
      ) as Record<string, unknown>
      return { ...sum, workers: each.map(({ worker, value }) => ({ worker, ...loadOf(value) })) }
    }
    return {
      status,
      metrics: {
        contentType: own.metrics.contentType,
        metrics: async () => {
          const others = await this.#askAll({ ask: 'metrics' })
          const all = [await own.metrics.getMetricsAsJSON(), ...others.map(({ value }) => value)]
          return AggregatorRegistry.aggregate(all as Parameters<typeof AggregatorRegistry.aggregate>[0]).metrics()
        },
      },
      routes: Object.fromEntries(
        Object.entries(own.routes ?? {}).map(([key, route]) => [
          key,
          async (body: unknown) => {
            const answer = await route(body)
            await this.#copy()
            return key === 'POST /backends' ? this.#summedRow(answer) : answer
          },
        ]),
      ),
    }
  }

  /** The row of a backend, with the numbers of the other workers added. */
  async #summedRow(row: unknown): Promise<unknown> {
    const others = await this.#askAll({ ask: 'status' })
    const isSame = ({ name }: { name: unknown }) => name === (row as { name: unknown }).name
    return summed(
      row,
      others.flatMap(({ value }) => (value as { backends: { name: unknown }[] }).backends.filter(isSame)),
    )
  }

  // ── the end ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Each of the others stops without losing a request, then its thread ends. */
  async drain(): Promise<void> {
    this.#stopping = true
    await this.#askAll({ ask: 'drain' })
    await Promise.all([...this.threads.values()].map(thread => thread.terminate()))
  }
}

function loadOf(status: unknown): { connections: unknown; requests: unknown } {
  const { connections, requests } = status as Readonly<Record<string, unknown>>
  return { connections, requests }
}
