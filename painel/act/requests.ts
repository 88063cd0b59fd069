/**
 * Requests that a person makes from the painel: real ones, by the client of the lab, to an address of the lab.
 *
 * Read beside: client/web-client.ts, client/load/load.ts
 * Touches the world: through the client.
 */
import { isIPv4 } from 'node:net'
import type { Events } from '#shared/events.ts'
import { hostNamed, hostsOf, type NetworkMap, prefixOf, ZONE } from '#shared/network-map.ts'
import { Refusal } from '../../backend/refusal.ts'
import { load } from '../../client/load/load.ts'
import type { LoadReport } from '../../client/load/tally.ts'
import { WebClient } from '../../client/web-client.ts'

export interface RequestPlan {
  readonly url: string
  /** 1 to 5000. */
  readonly count: number
  /** Requests a second: 1 to 500. */
  readonly rate: number
  readonly cache: 'none' | 'ttl'
  readonly keepAlive: boolean
}

export interface RequestReport extends LoadReport {
  /** The ids of the first requests, for `GET /api/journeys/:id`. */
  readonly requests: readonly string[]
}

const MAX_IDS = 50
/** Requests under way at the same time. */
const CONCURRENCY = 200

/**
 * @param events where the client publishes what it does
 * @throws Refusal 400 for a URL that does not lead into the lab
 */
export async function makeRequests(plan: RequestPlan, map: NetworkMap, events: Events): Promise<RequestReport> {
  refuseForeign(plan.url, map)
  const client = new WebClient({
    servers: hostsOf(map, 'dns').map(({ address, port }) => ({ address, port })),
    httpPort: hostNamed(map, 'frontend1').port,
    cache: plan.cache,
    keepAlive: plan.keepAlive,
    events,
  })
  const requests: string[] = []
  const unwatch = events.watch(({ request }) => {
    if (request !== undefined && requests.length < MAX_IDS && !requests.includes(request)) requests.push(request)
  })
  try {
    const report = await load(client, plan.url, { ...plan, concurrency: CONCURRENCY })
    return { ...report, requests }
  } finally {
    unwatch()
    client.close()
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
