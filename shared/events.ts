/**
 * Events: what a component is doing, published as it happens. Without a watcher, publishing costs one comparison.
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
  /** The same moment in milliseconds since 1970, with fractions: processes of one machine can be compared to a part of a millisecond. */
  readonly time: number
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

interface Watching {
  readonly watcher: Watcher
  readonly share: number
}

export class Events {
  readonly component: string
  #watchers = new Set<Watching>()
  /** The largest share that a watcher has asked for; 0 without watchers. */
  #share = 0
  #count = 0
  /** Called after the number of watchers has changed. */
  onWatch: () => void = () => {}

  constructor(component: string) {
    this.component = component
  }

  /** Whether there is a watcher. Check it before preparing anything that costs. */
  get watched(): boolean {
    return this.#watchers.size > 0
  }

  /** Whether a watcher has asked for the events of this request. Check it before preparing anything that costs. */
  watches(request: string): boolean {
    return this.#watchers.size > 0 && isInSample(request, this.#share)
  }

  /** The largest share of requests that a watcher has asked for; 0 without watchers. */
  get share(): number {
    return this.#share
  }

  /** Passes an event to every watcher that has asked for it. `detail` is called only if there is one, and then once. */
  publish<Kind extends EventKind>(kind: Kind, detail: () => EventKinds[Kind], request?: string): void {
    if (this.#watchers.size === 0) return
    if (request !== undefined && !isInSample(request, this.#share)) return
    const time = performance.timeOrigin + performance.now()
    const event = {
      at: new Date(time).toISOString(),
      time,
      id: ++this.#count,
      component: this.component,
      kind,
      ...(request === undefined ? {} : { request }),
      detail: detail(),
    } as LabEvent
    this.#pass(event)
  }

  /** Passes on an event that another thread of this component has published. */
  relay(event: LabEvent): void {
    if (this.#watchers.size > 0) this.#pass({ ...event, id: ++this.#count })
  }

  #pass(event: LabEvent): void {
    for (const { watcher, share } of this.#watchers) {
      if (event.request === undefined || isInSample(event.request, share)) watcher(event)
    }
  }

  /**
   * Watches until the returned function is called.
   *
   * @param share of the requests whose events are wanted: above 0, at most 1. Events without a request are always passed on.
   */
  watch(watcher: Watcher, share = 1): () => void {
    const watching = { watcher, share }
    this.#watchers.add(watching)
    this.#share = Math.max(this.#share, share)
    this.onWatch()
    return () => {
      this.#watchers.delete(watching)
      this.#share = Math.max(0, ...[...this.#watchers].map(({ share }) => share))
      this.onWatch()
    }
  }
}

/**
 * Whether a request belongs to a sample. The answer depends on the id alone, so that all components choose the same requests, and a smaller
 * sample is part of each larger one.
 *
 * @param share from 0 (none) to 1 (all)
 */
export function isInSample(request: string, share: number): boolean {
  return share >= 1 || hash(request) < share * 2 ** 32
}

/** FNV-1a, 32 bits, with its bits mixed once more, so that ids which differ only at their end are spread evenly. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  return (value ^ (value >>> 13)) >>> 0
}

/** Whether `kind` is one of `wanted`, or of one of those families: `edge` stands for every kind that begins with `edge.`. */
export function isOfKind(kind: string, wanted: readonly string[]): boolean {
  return wanted.some(one => kind === one || kind.startsWith(`${one}.`))
}
