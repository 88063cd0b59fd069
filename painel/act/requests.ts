/**
 * Requests that a person makes from the painel: real ones, by the client of the lab, to an address of the lab.
 *
 * Read beside: client/web-client.ts, client/load/load.ts, run-record.ts (what is written down of a run)
 * Touches the world: through the client.
 */
import { isIPv4 } from 'node:net'
import type { Events } from '#shared/events.ts'
import { hostNamed, hostsOf, type NetworkMap, prefixOf, ZONE } from '#shared/network-map.ts'
import { Refusal } from '../../backend/refusal.ts'
import { load } from '../../client/load/load.ts'
import type { LoadReport } from '../../client/load/tally.ts'
import { WebClient } from '../../client/web-client.ts'
import { type AnsweredRequest, type CachedAddresses, RunRecord } from './run-record.ts'

export interface RequestPlan {
  readonly url: string
  /** 1 to 5000. */
  readonly count: number
  /** Requests a second: 1 to 500. */
  readonly rate: number
  readonly cache: 'none' | 'ttl'
  readonly keepAlive: boolean
  /** Whether to go on with the cache and the connections of the last such run: the same browser window. */
  readonly sameWindow: boolean
}

export interface RequestReport extends LoadReport {
  /** The ids of the first requests, for `GET /api/journeys/:id`. */
  readonly requests: readonly string[]
  /** The first requests in the order of their responses. */
  readonly sequence: readonly AnsweredRequest[]
  /** The last answer that the client keeps; null without a cache. */
  readonly cached: CachedAddresses | null
}

/** Requests under way at the same time. */
const CONCURRENCY = 200

/** The painel's client. One window is open at most: its cache and its connections last from one run to the next. */
export class RequestMaker {
  readonly #map: NetworkMap
  readonly #events: Events
  #window: { readonly key: string; readonly client: WebClient } | undefined

  /** @param events where the client publishes what it does */
  constructor(map: NetworkMap, events: Events) {
    this.#map = map
    this.#events = events
  }

  /** @throws Refusal 400 for a URL that does not lead into the lab */
  async run(plan: RequestPlan): Promise<RequestReport> {
    refuseForeign(plan.url, this.#map)
    const { client, ends } = this.#clientFor(plan)
    const record = new RunRecord()
    const unwatch = this.#events.watch(event => record.add(event))
    try {
      const report = await load(client, plan.url, { ...plan, concurrency: CONCURRENCY })
      return { ...report, requests: record.ids, sequence: record.sequence, cached: record.cached }
    } finally {
      unwatch()
      if (ends) client.close()
    }
  }

  close(): void {
    this.#window?.client.close()
    this.#window = undefined
  }

  #clientFor({ cache, keepAlive, sameWindow }: RequestPlan): { readonly client: WebClient; readonly ends: boolean } {
    if (!sameWindow) return { client: this.#newClient(cache, keepAlive), ends: true }
    const key = `${cache} ${keepAlive}`
    if (this.#window?.key !== key) {
      this.close()
      this.#window = { key, client: this.#newClient(cache, keepAlive) }
    }
    return { client: this.#window.client, ends: false }
  }

  #newClient(cache: 'none' | 'ttl', keepAlive: boolean): WebClient {
    return new WebClient({
      servers: hostsOf(this.#map, 'dns').map(({ address, port }) => ({ address, port })),
      httpPort: hostNamed(this.#map, 'frontend1').port,
      cache,
      keepAlive,
      events: this.#events,
    })
  }
}

function refuseForeign(text: string, { prefix }: NetworkMap): void {
  const url = URL.parse(text)
  const name = url?.hostname ?? ''
  const isOurs = isIPv4(name) ? prefixOf(name) === prefix : name === ZONE || name.endsWith(`.${ZONE}`)
  if (url?.protocol === 'http:' && isOurs) return
  throw new Refusal(
    400,
    `url: http:// and a name in ${ZONE} or an address ${prefix}.x is needed, not ${JSON.stringify(text)}`,
  )
}
