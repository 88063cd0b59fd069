/**
 * A client as a careful browser would be: asks the lab's DNS server, tries the addresses in the order given, keeps cookies,
 * and opens a connection for each request, so that every answer of the DNS server is seen.
 *
 * DNS is decoded by the `dns2` library and HTTP spoken by undici: neither is code that the lab encodes with.
 *
 * Touches the world: UDP and TCP to the lab's own addresses.
 */
import dns2 from 'dns2'
import { Agent, request } from 'undici'
import { hostNamed, type NetworkMap, WWW } from '#shared/network-map.ts'

export interface Answer {
  readonly status: number
  readonly frontend: string
  /** Undefined when the edge itself answered. */
  readonly backend: string | undefined
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
  json(): Record<string, unknown>
}

export interface Ask {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly json?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Asks this edge instead of the one that DNS puts first. */
  readonly edge?: string
}

const CONNECT_TIMEOUT_MS = 2_000

export class Client {
  readonly #map: NetworkMap
  #cookie: string | undefined
  /** Connections are not kept: keep-alive is one of the three things that hide round robin. */
  readonly #agent = new Agent({ pipelining: 0, connect: { timeout: CONNECT_TIMEOUT_MS } })

  constructor(map: NetworkMap) {
    this.#map = map
  }

  /** The addresses of `www`, in the order of this answer. */
  async resolve(name = WWW): Promise<string[]> {
    const { address, port } = hostNamed(this.#map, 'ns1')
    const query = dns2.UDPClient({ dns: address, port })
    const { answers } = await query(name, 'A')
    return answers.map(answer => (answer as { address: string }).address)
  }

  /** Tries one address after the other, as long as nothing has been sent. @throws when none takes the connection */
  async ask(path: string, options: Ask = {}): Promise<Answer> {
    const { port } = hostNamed(this.#map, 'frontend1')
    const addresses = options.edge ? [hostNamed(this.#map, options.edge).address] : await this.resolve()
    let failure: unknown
    for (const address of addresses) {
      try {
        return await this.#send(`http://${address}:${port}${path}`, options)
      } catch (error) {
        if (!isConnectFailure(error)) throw error
        failure = error
      }
    }
    throw failure
  }

  /** The value of the session cookie, as the browser holds it. */
  get cookie(): string | undefined {
    return this.#cookie
  }

  async close(): Promise<void> {
    await this.#agent.close()
  }

  async #send(url: string, { method = 'GET', json, headers }: Ask): Promise<Answer> {
    const response = await request(url, {
      method,
      dispatcher: this.#agent,
      headers: {
        host: WWW,
        ...(this.#cookie ? { cookie: this.#cookie } : {}),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    })
    const body = await response.body.text()
    const [setCookie] = [response.headers['set-cookie']].flat()
    if (setCookie) this.#cookie = setCookie.split(';')[0]
    const [frontend = '', backend] = String(response.headers['x-served-by'] ?? '').split(', ')
    return {
      status: response.statusCode,
      frontend,
      backend,
      headers: response.headers,
      body,
      json: () => JSON.parse(body),
    }
  }
}

/** Nothing has been sent: refused, reset by a listening socket that is being closed, or no answer at all. */
function isConnectFailure(error: unknown): boolean {
  const { code, syscall } = error as NodeJS.ErrnoException
  return syscall === 'connect' || code === 'UND_ERR_CONNECT_TIMEOUT'
}
