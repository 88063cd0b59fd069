/**
 * The client of client/ for tests: it uses the lab's map, resolves each time and keeps no connection, so that every answer of the DNS
 * server is seen.
 *
 * Read beside: client/web-client.ts
 * Touches the world: UDP and TCP to the lab's own addresses.
 */
import { hostNamed, hostsOf, type NetworkMap, WWW } from '#shared/network-map.ts'
import { WebClient, type WebRequest, type WebResponse } from '../../client/web-client.ts'

export interface Ask extends Omit<WebRequest, 'address' | 'form'> {
  /** Asks this edge instead of the one that DNS puts first. */
  readonly edge?: string
}

export class Client {
  readonly #map: NetworkMap
  readonly #web: WebClient

  constructor(map: NetworkMap) {
    this.#map = map
    const { port: httpPort } = hostNamed(map, 'frontend1')
    this.#web = new WebClient({ servers: hostsOf(map, 'dns'), httpPort, cache: 'none', keepAlive: false })
  }

  /** The addresses of `www`, in the order of this answer. */
  async resolve(name = WWW): Promise<readonly string[]> {
    return (await this.#web.resolver.lookup(name, 'A')).addresses
  }

  /** Tries one address after the other, as long as nothing has been sent. @throws when none takes the connection */
  async ask(path: string, { edge, ...request }: Ask = {}): Promise<WebResponse> {
    const address = edge === undefined ? {} : { address: hostNamed(this.#map, edge).address }
    return this.#web.send(`http://${WWW}${path}`, { ...request, ...address })
  }

  /** The value of the session cookie, as the browser holds it. */
  get cookie(): string | undefined {
    return this.#web.cookieFor(WWW)
  }

  async close(): Promise<void> {
    this.#web.close()
  }
}
