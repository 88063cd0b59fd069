/**
 * Events of a worker: they are published by the main thread, whose admin endpoint has the watchers.
 *
 * Without a watcher, a request must cost nothing more than one comparison, and the first request after `GET /events` must be seen. So the
 * share of requests that is watched is a number in memory that all threads share.
 *
 * Read beside: shared/events.ts, workers.ts (which relays the events)
 * Pure: a shared number in; events out, through the given function.
 */

import type { EventKind, EventKinds } from '#shared/event-kinds.ts'
import { Events, type LabEvent } from '#shared/events.ts'

/** The number is a whole one, because only those can be read and written by several threads: millionths, rounded up. */
const WHOLE = 1_000_000

/** Shared memory with the share of the requests whose events workers publish; none at first. */
export function newWatchedShare(): SharedArrayBuffer {
  return new SharedArrayBuffer(Uint32Array.BYTES_PER_ELEMENT)
}

/** From now on workers publish the events of this share of the requests. @param share from 0 (none) to 1 (all) */
export function setWatchedShare(memory: SharedArrayBuffer, share: number): void {
  Atomics.store(new Uint32Array(memory), 0, Math.ceil(share * WHOLE))
}

export class WorkerEvents extends Events {
  readonly #memory: Uint32Array<SharedArrayBuffer>
  readonly #send: (event: LabEvent) => void
  #known = 0
  #unwatch: (() => void) | undefined

  /** @param send passes an event to the main thread, which sends it to those watchers that have asked for it */
  constructor(component: string, memory: SharedArrayBuffer, send: (event: LabEvent) => void) {
    super(component)
    this.#memory = new Uint32Array(memory)
    this.#send = send
  }

  override get watched(): boolean {
    this.#follow()
    return super.watched
  }

  override watches(request: string): boolean {
    this.#follow()
    return super.watches(request)
  }

  /** Only events of requests: a change of state is published by the main thread, once for all workers. */
  override publish<Kind extends EventKind>(kind: Kind, detail: () => EventKinds[Kind], request?: string): void {
    if (request === undefined) return
    this.#follow()
    super.publish(kind, detail, request)
  }

  #follow(): void {
    const share = Atomics.load(this.#memory, 0)
    if (share === this.#known) return
    this.#known = share
    this.#unwatch?.()
    this.#unwatch = share === 0 ? undefined : this.watch(this.#send, share / WHOLE)
  }
}
