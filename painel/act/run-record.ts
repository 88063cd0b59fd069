/**
 * The results of a run of requests besides its counts: the ids, the order in which machines answered, and the cached addresses.
 *
 * Read beside: requests.ts, client/client-events.ts
 * Pure: events in, values out. Holds a bounded number of them.
 */
import type { LabEvent } from '#shared/events.ts'

export interface AnsweredRequest {
  readonly id: string
  readonly frontend: string
  /** Missing when the edge proxy itself answered. */
  readonly backend?: string
  readonly status: number
  readonly ms: number
  readonly resolved: string
}

export interface CachedAddresses {
  readonly addresses: readonly string[]
  /** When the answer leaves the cache: milliseconds since 1970. */
  readonly expires: number
  /** The TTL as the server sent it, in seconds; of an answer from the cache, what was left of it. */
  readonly ttl: number
}

const MAX_IDS = 50
const MAX_ANSWERS = 600

export class RunRecord {
  readonly #ids = new Set<string>()
  readonly #sequence: AnsweredRequest[] = []
  #cached: CachedAddresses | null = null

  add({ kind, time, request, detail }: LabEvent): void {
    if (request === undefined) return
    if (this.#ids.size < MAX_IDS) this.#ids.add(request)
    if (kind === 'client.lookup' && detail.type === 'A' && detail.addresses.length > 0) {
      const { addresses, ttl } = detail
      // The seconds of a cached answer are rounded up: the first one is exact.
      if (detail.source === 'query') this.#cached = { addresses, ttl, expires: time + ttl * 1000 }
      else this.#cached ??= { addresses, ttl, expires: time + ttl * 1000 }
    }
    if (kind === 'client.response' && this.#sequence.length < MAX_ANSWERS) {
      const { frontend, backend, status, ms, resolved } = detail
      this.#sequence.push({
        id: request,
        frontend,
        ...(backend === undefined ? {} : { backend }),
        status,
        ms,
        resolved,
      })
    }
  }

  get ids(): readonly string[] {
    return [...this.#ids]
  }

  get sequence(): readonly AnsweredRequest[] {
    return this.#sequence
  }

  get cached(): CachedAddresses | null {
    return this.#cached
  }
}
