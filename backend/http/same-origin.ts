/**
 * Cross-site request forgery: is it our own page that asks for a change, or another site that a user happens to have open?
 *
 * A browser sends cookies along with whatever any page makes it send. What a page cannot forge are the fields that say where
 * a request comes from, so those decide: `Sec-Fetch-Site` where there is one, `Origin` against `Host` otherwise. A client
 * that sends neither is no browser (curl), and carries no victim's cookies.
 *
 * Read beside: W3C Fetch Metadata §2.1, RFC 6454 §7 (Origin); docs/decisions.md
 * Pure: fields in, a sentence or nothing out.
 */
import { sameHost } from '#shared/host-field.ts'

export interface OriginFields {
  readonly method: string
  readonly host: string | undefined
  readonly origin: string | undefined
  readonly fetchSite: string | undefined
}

/** Why the request must be refused, or undefined when it may go on. GET and HEAD change nothing and always may. */
export function forgery({ method, host, origin, fetchSite }: OriginFields): string | undefined {
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return undefined
  if (fetchSite !== undefined) {
    if (fetchSite === 'same-origin' || fetchSite === 'none') return undefined
    return `Sec-Fetch-Site is ${JSON.stringify(fetchSite)}: only pages of this very site may ask for changes`
  }
  if (origin === undefined) return undefined
  const own = URL.parse(origin)
  const defaultPort = own?.protocol === 'https:' ? '443' : '80'
  if (host !== undefined && own !== null && sameHost(host, own.host, defaultPort)) return undefined
  return `Origin is ${JSON.stringify(origin)}, but this site is ${JSON.stringify(host ?? '')}`
}
