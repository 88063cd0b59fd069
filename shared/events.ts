/**
 * Events: what a component is doing, published as it happens. While nobody watches, publishing costs one comparison.
 *
 * Read beside: event-kinds.ts (the kinds and their details), admin.ts (`GET /events` sends them as server-sent events)
 * Pure: values in, callbacks out.
 */
import type { EventKind, EventKinds } from './event-kinds.ts'

/** An event of any kind. Comparing `kind` narrows the type of `detail`. */
export type LabEvent = { [Kind in EventKind]: EventOf<Kind> }[EventKind]

interface EventOf<Kind extends EventKind> {
  /** ISO 8601, milliseconds. */
  readonly at: string
  /** Counts from 1 in each component while it is watched. A watcher that filters sees gaps. */
  readonly id: number
  readonly component: string
  /** What happened: the family before the dot names the program. */
  readonly kind: Kind
  /** The X-Request-Id of the request that this event belongs to, if it belongs to one. */
  readonly request?: string
  readonly detail: EventKinds[Kind]
}

export type Watcher = (event: LabEvent) => void

export class Events {
  readonly component: string
  #watchers = new Set<Watcher>()
  #count = 0

  constructor(component: string) {
    this.component = component
  }

  /** Whether there is a watcher. Check it before preparing anything that costs. */
  get watched(): boolean {
    return this.#watchers.size > 0
  }

  /** Passes an event to every watcher. `detail` is called only if there is one, and then once. */
  publish<Kind extends EventKind>(kind: Kind, detail: () => EventKinds[Kind], request?: string): void {
    if (this.#watchers.size === 0) return
    const event = {
      at: new Date().toISOString(),
      id: ++this.#count,
      component: this.component,
      kind,
      ...(request === undefined ? {} : { request }),
      detail: detail(),
    } as LabEvent
    for (const watcher of this.#watchers) watcher(event)
  }

  /** Watches until the returned function is called. */
  watch(watcher: Watcher): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }
}

/** Whether `kind` is one of `wanted`, or of one of those families: `edge` stands for every kind that begins with `edge.`. */
export function isOfKind(kind: string, wanted: readonly string[]): boolean {
  return wanted.some(one => kind === one || kind.startsWith(`${one}.`))
}
