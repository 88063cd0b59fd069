/**
 * The running lab as a check sees it: answers of its DNS servers, and responses of its edge proxies.
 *
 * Read beside: observed-databases.ts (what is read from MySQL and Redis), client/web-client.ts, client/resolver/dns-exchange.ts
 * Touches the world: DNS queries and HTTP requests to the lab.
 */
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { type HostApplication, hostNamed, hostsOf, type NetworkMap, WWW, ZONE } from '#shared/network-map.ts'
import { exchangeDns } from '../../client/resolver/dns-exchange.ts'
import { WebClient, type WebRequest, type WebResponse } from '../../client/web-client.ts'

const DNS_MS = 3_000
/** What a queue or a waiting line brings later is awaited so long, in milliseconds. */
const LATER_MS = 10_000
const LOOK_MS = 100

export interface SeenAddress {
  readonly address: string
  readonly ttl: number
}

export class ObservedLab {
  readonly map: NetworkMap
  readonly #client: WebClient

  constructor(map: NetworkMap) {
    this.map = map
    this.#client = new WebClient({
      servers: hostsOf(map, 'dns'),
      httpPort: hostNamed(map, 'frontend1').port,
      cache: 'none',
    })
  }

  /** The A records that ns1 answers, in their order; empty when the name has none. */
  async addresses(name: string): Promise<SeenAddress[]> {
    const { message } = await exchangeDns(hostNamed(this.map, 'ns1'), name, 'A', DNS_MS)
    return message.answers.flatMap(({ address, ttl }) => (address === undefined ? [] : [{ address, ttl: ttl ?? 0 }]))
  }

  /** One request to www, by name. */
  get(path: string, request: WebRequest = {}): Promise<WebResponse> {
    return this.#client.send(`http://${WWW}${path}`, request)
  }

  /** One request to an application, by its name: `ingressos`. Cookies are kept for each name. */
  send(name: HostApplication, path: string, request: WebRequest = {}): Promise<WebResponse> {
    return this.#client.send(`http://${name}.${ZONE}${path}`, request)
  }

  /** Asks again until the response is as wanted. @returns the last one, whatever it is */
  async untilSent(
    name: HostApplication,
    path: string,
    wanted: (response: WebResponse) => boolean,
    request: WebRequest = {},
  ): Promise<WebResponse> {
    const end = performance.now() + LATER_MS
    for (;;) {
      const response = await this.send(name, path, request)
      if (wanted(response) || performance.now() > end) return response
      await pause(LOOK_MS)
    }
  }

  /** Sends octets to a frontend, and returns everything that comes back until the connection is closed. */
  async raw(frontend: string, octets: string): Promise<string> {
    const { address, port } = hostNamed(this.map, frontend)
    const socket = connect({ host: address, port, signal: AbortSignal.timeout(DNS_MS) })
    socket.write(octets, 'latin1')
    return text(socket)
  }

  close(): void {
    this.#client.close()
  }
}

/** The path in the field Location; `/` without the field. */
export function locationOf({ headers }: WebResponse): string {
  return new URL(`${headers.location ?? '/'}`, `http://${WWW}`).pathname
}
