/**
 * The painel may be used by its own page and by programs on this machine. Another site that is open in the same browser may
 * neither read nor change anything.
 *
 * The HTTP server refuses a foreign `Origin` for changes (backend/http/same-origin.ts). What is added here is the name: after DNS
 * rebinding a foreign page has the right address, but its own name in `Host`.
 *
 * Read beside: docs/security.md, RFC 9110 §7.2 (Host)
 * Pure: a Host in, a verdict out.
 */
import type { Host } from '#shared/network-map.ts'
import { ZONE } from '#shared/network-map.ts'
import type { Route } from '../../backend/http/router.ts'
import { Refusal } from '../../backend/refusal.ts'

/** Names that mean this machine to every browser, and that no foreign page can have. */
const LOCAL = ['localhost', '127.0.0.1', '[::1]']

/** Whether a Host field names the painel. */
export function isOwnHost(field: string | undefined, { address, name }: Host): boolean {
  const host = field?.toLowerCase().replace(/:\d*$/, '') ?? ''
  return [...LOCAL, address, name, `${name}.${ZONE}`].includes(host)
}

/** The same routes, for the painel's own names alone. */
export function onlyFor(own: Host, routes: readonly Route[]): Route[] {
  return routes.map(route => ({
    ...route,
    handle: context => {
      const { host } = context.request.headers
      if (!isOwnHost(host, own)) {
        throw new Refusal(
          403,
          `Host ${JSON.stringify(host ?? '')} is not a name of the painel: use http://${own.address}/`,
        )
      }
      return route.handle(context)
    },
  }))
}
