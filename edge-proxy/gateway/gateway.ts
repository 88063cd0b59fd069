/**
 * Which cluster of backends a request belongs to: by its Host, then by the longest path prefix.
 *
 *     Host                             path prefix   cluster
 *     reposicao.meutrabalho.com.br     /auth/        auth
 *     reposicao.meutrabalho.com.br                   tickets
 *     (any other)                                    www
 *
 * Read beside: ../upstream/cluster.ts, ../edge.ts (which asks), RFC 9110 §7.2 (Host), §4.2.3 (comparison of http URIs)
 * Pure: names in, a cluster out.
 */
import { parseHost } from '#shared/host-field.ts'

export interface GatewayRoute<Destination> {
  /** A host name in lower case, without a port. */
  readonly host: string
  /** `/auth/`: only paths that begin with it. By default all paths of the host. */
  readonly pathPrefix?: string
  readonly destination: Destination
}

export class Gateway<Destination> {
  /** For every Host that no route names, and for HTTP/1.0 requests without Host. */
  readonly fallback: Destination
  /** The routes of each host, the longest path prefix first. */
  readonly #byHost: ReadonlyMap<string, readonly GatewayRoute<Destination>[]>
  /** The same by the Host as it was sent. A Host is parsed once, and not with each request. */
  readonly #byField = new Map<string, readonly GatewayRoute<Destination>[]>()

  constructor(fallback: Destination, routes: readonly GatewayRoute<Destination>[] = []) {
    this.fallback = fallback
    const longestFirst = routes.toSorted((a, b) => prefixOf(b).length - prefixOf(a).length)
    this.#byHost = Map.groupBy(longestFirst, ({ host }) => host)
  }

  /** Each destination once, the fallback first. */
  get destinations(): Destination[] {
    const routed = [...this.#byHost.values()].flat().map(({ destination }) => destination)
    return [...new Set([this.fallback, ...routed])]
  }

  /**
   * @param host the Host of a request: a name or an address, perhaps with a port
   * @param path its path, with the query
   */
  find(host: string, path: string): Destination {
    if (this.#byHost.size === 0) return this.fallback
    const route = this.#routesOf(host).find(route => path.startsWith(prefixOf(route)))
    return route === undefined ? this.fallback : route.destination
  }

  #routesOf(host: string): readonly GatewayRoute<Destination>[] {
    const known = this.#byField.get(host)
    if (known !== undefined) return known
    const routes = this.#byHost.get(hostName(host)) ?? []
    if (this.#byField.size >= MOST_FIELDS) this.#byField.clear()
    this.#byField.set(host, routes)
    return routes
  }
}

/** Clients choose what they send as Host, so the number of remembered ones is bounded. */
const MOST_FIELDS = 100

function prefixOf({ pathPrefix = '' }: GatewayRoute<unknown>): string {
  return pathPrefix
}

/** In lower case, without port and final dot: `WWW.Example.:80` is the host `www.example`. */
function hostName(host: string): string {
  return parseHost(host)?.name.replace(/\.$/, '') ?? ''
}
