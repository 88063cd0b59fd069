/**
 * DNS records as a list of backends: addresses from A records, names from PTR records, always in the same order.
 *
 * DNS rotates its answers. A list whose order changed with every query would restart round robin each time.
 *
 * Read beside: discovery.ts (which queries DNS), RFC 1035 §3.4.1 (A), §3.3.12 (PTR)
 * Pure: records in, backends out.
 */
import type { BackendAddress } from '../balance/backend.ts'

export interface DiscoveredAddress {
  /** An IPv4 address. */
  readonly address: string
  /** Its name in the reverse zone, `backend4.meutrabalho.com.br`; undefined when the zone has none. */
  readonly hostname: string | undefined
}

/** Names of backends are sent in fields and cookies, so only a plain label is allowed. */
const LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/

/**
 * Each address once, with the first label of its name: `backend4`. Without a name, or with the name of a lower address, its name
 * is address and port. Then its /healthz gives another name, the checks fail, and it gets no traffic.
 *
 * @param port of all backends: A records have none
 */
export function backendsFrom(found: readonly DiscoveredAddress[], port: number): BackendAddress[] {
  const byAddress = new Map(found.map(({ address, hostname }) => [address, hostname]))
  const taken = new Set<string>()
  return [...byAddress]
    .sort(([a], [b]) => numberOf(a) - numberOf(b))
    .map(([address, hostname]) => {
      const label = hostname?.split('.')[0] ?? ''
      const name = LABEL.test(label) && !taken.has(label) ? label : `${address}:${port}`
      taken.add(name)
      return { name, address, port, weight: 1 }
    })
}

/** An IPv4 address as a 32-bit number. */
function numberOf(address: string): number {
  return address.split('.').reduce((number, octet) => number * 256 + Number(octet), 0)
}
