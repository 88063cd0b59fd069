/**
 * What one request costs, and under which id: carried along to Redis and MySQL, told at the end in `Server-Timing`.
 *
 * Read beside: server.ts (makes one for each request); W3C Server Timing §3
 * Pure: adds up numbers that it is given.
 */

export class Trace {
  readonly id: string
  /** Milliseconds spent waiting for each, summed; undefined when it was not asked. */
  redis: number | undefined
  mysql: number | undefined

  constructor(id: string) {
    this.id = id
  }

  add(dependency: 'redis' | 'mysql', ms: number): void {
    this[dependency] = (this[dependency] ?? 0) + ms
  }

  /** `backend;dur=1.2, redis;dur=0.4`: one entry for each hop that the request took, in milliseconds. */
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
