/**
 * What is passed down from a request to Redis and MySQL: its id, the time that it has spent in each (reported in `Server-Timing`), and
 * whether its client still waits for the response.
 *
 * Read beside: http/server.ts (makes one for each request); W3C Server Timing §3
 * Pure: adds up numbers that it is given.
 */
import { Abandoned } from './refusal.ts'

export class Trace {
  /** The X-Request-Id; empty for work that no request asked for. */
  readonly id: string
  /** Milliseconds spent waiting for each, summed; undefined when no command was sent. */
  redis: number | undefined
  mysql: number | undefined
  readonly #isAbandoned: () => boolean

  /** @param isAbandoned whether the client has closed the connection */
  constructor(id: string, isAbandoned: () => boolean = () => false) {
    this.id = id
    this.#isAbandoned = isAbandoned
  }

  /** Whether the client has closed the connection: it will never see the response, and may have sent the request again elsewhere. */
  get abandoned(): boolean {
    return this.#isAbandoned()
  }

  /**
   * Called before a change is made. A backend may be stopped (SIGSTOP, a busy machine) between the arrival of a request and its
   * execution. If its client has given up meanwhile and made the change at another backend, the old request must not undo it.
   *
   * @throws Abandoned
   */
  refuseAbandoned(): void {
    if (this.abandoned) throw new Abandoned()
  }

  /** The ids under which commands are published as events. */
  get ids(): readonly string[] {
    return this.id === '' ? [] : [this.id]
  }

  add(dependency: 'redis' | 'mysql', ms: number): void {
    this[dependency] = (this[dependency] ?? 0) + ms
  }

  /** `backend;dur=1.2, redis;dur=0.4`: one entry for each hop of the request, in milliseconds. */
  serverTiming(total: number): string {
    let text = `backend;dur=${round(total)}`
    if (this.redis !== undefined) text += `, redis;dur=${round(this.redis)}`
    if (this.mysql !== undefined) text += `, mysql;dur=${round(this.mysql)}`
    return text
  }
}

/** Of one transaction for several requests: each of them has spent its whole time. It is abandoned when all of them are. */
export class JointTrace extends Trace {
  readonly #traces: readonly Trace[]

  constructor(traces: readonly Trace[]) {
    super('', () => traces.every(({ abandoned }) => abandoned))
    this.#traces = traces
  }

  override get ids(): readonly string[] {
    return this.#traces.flatMap(({ ids }) => ids)
  }

  override add(dependency: 'redis' | 'mysql', ms: number): void {
    for (const trace of this.#traces) trace.add(dependency, ms)
  }
}

/** For work that no request asked for: probes, migrations. */
export function backgroundTrace(): Trace {
  return new Trace('')
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100
}
