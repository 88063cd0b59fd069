/**
 * Cross-site request forgery: does a change come from our own page, or from a page of another site that the user has open?
 *
 * A browser adds the user's cookies to every request, whichever page causes it. A page cannot forge the fields that name the origin of
 * a request, so these decide: `Sec-Fetch-Site`, and without it `Origin`, which must match `Host`. A request without both fields does
 * not come from a browser (but from curl, for example), and has no cookies of a victim.
 *
 * Read beside: W3C Fetch Metadata §2.1, RFC 6454 §7 (Origin); docs/decisions.md
 * Pure: fields in, a sentence or undefined out.
 */
import { sameHost } from '#shared/host-field.ts'

export interface OriginFields {
  readonly method: string
  readonly host: string | undefined
  readonly origin: string | undefined
  readonly fetchSite: string | undefined
}

/** Why the request must be refused; undefined when it is allowed. GET, HEAD and OPTIONS change nothing and are always allowed. */
export function forgery({ method, host, origin, fetchSite }: OriginFields): string | undefined {
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return undefined
  if (fetchSite !== undefined) {
    if (fetchSite === 'same-origin' || fetchSite === 'none') return undefined
    return `Sec-Fetch-Site is ${JSON.stringify(fetchSite)}: only pages of this site may request changes`
  }
  if (origin === undefined) return undefined
  const own = URL.parse(origin)
  const defaultPort = own?.protocol === 'https:' ? '443' : '80'
  if (host !== undefined && own !== null && sameHost(host, own.host, defaultPort)) return undefined
  return `Origin is ${JSON.stringify(origin)}, but this site is ${JSON.stringify(host ?? '')}`
}
