/**
 * Events: what just happened inside a component, for whoever is watching. Free of charge while nobody is.
 *
 * Read beside: admin.ts (`GET /events` hands them out as server-sent events)
 * Pure: values in, callbacks out.
 */

export interface LabEvent {
  /** ISO 8601, milliseconds. */
  readonly at: string
  /** Counts from 1 in each component while anybody watches; who watches one request alone sees gaps. */
  readonly id: number
  readonly component: string
  /** What happened, as a dotted word: `dns.query`, `edge.pick`, `backend.redis` … */
  readonly kind: string
  /** The X-Request-Id that this belongs to, where it belongs to one. */
  readonly request?: string
  readonly detail: Readonly<Record<string, unknown>>
}

export type Watcher = (event: LabEvent) => void

export class Events {
  readonly component: string
  #watchers = new Set<Watcher>()
  #count = 0

  constructor(component: string) {
    this.component = component
  }

  /** Whether anybody would see an event. Ask it before preparing anything that costs. */
  get watched(): boolean {
    return this.#watchers.size > 0
  }

  /** Hands an event to every watcher. `detail` is called only if there is one. */
  publish(kind: string, detail: () => Record<string, unknown>, request?: string): void {
    if (this.#watchers.size === 0) return
    const event: LabEvent = {
      at: new Date().toISOString(),
      id: ++this.#count,
      component: this.component,
      kind,
      ...(request === undefined ? {} : { request }),
      detail: detail(),
    }
    for (const watcher of this.#watchers) watcher(event)
  }

  /** Watches until the returned function is called. */
  watch(watcher: Watcher): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }
}
