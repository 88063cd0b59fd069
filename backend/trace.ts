/**
 * The request id and the time that one request has spent in Redis and MySQL. Passed down to both; reported in `Server-Timing`.
 *
 * Read beside: http/server.ts (makes one for each request); W3C Server Timing §3
 * Pure: adds up numbers that it is given.
 */

export class Trace {
  /** The X-Request-Id; empty for work that no request asked for. */
  readonly id: string
  /** Milliseconds spent waiting for each, summed; undefined when no command was sent. */
  redis: number | undefined
  mysql: number | undefined

  constructor(id: string) {
    this.id = id
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

/** For work that no request asked for: probes, migrations. */
export function backgroundTrace(): Trace {
  return new Trace('')
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100
}
