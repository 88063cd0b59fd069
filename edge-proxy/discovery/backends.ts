/**
 * What DNS says, as a list of backends: addresses from A records, names from PTR records, always in the same order.
 *
 * DNS rotates its answers; a list whose order changed with every look would make round robin begin anew each time.
 *
 * Read beside: discovery.ts (which asks), RFC 1035 §3.4.1 (A), §3.3.12 (PTR)
 * Pure: records in, backends out.
 */
import type { BackendAddress } from '../balance/backend.ts'

export interface Found {
  /** An IPv4 address. */
  readonly address: string
  /** What the reverse zone calls it, `backend4.meutrabalho.com.br`; undefined when it does not know the address. */
  readonly hostname: string | undefined
}

/** A name of a backend goes into fields and cookies: only a plain label may. */
const LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/

/**
 * Each address once, with the first label of its name: `backend4`. Without a name, or with one that a lower address has
 * already, it is called by address and port; its own /healthz will then say that it is somebody else, and it gets no traffic.
 *
 * @param port of all of them: A records have none
 */
export function backendsFrom(found: readonly Found[], port: number): BackendAddress[] {
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

/** An IPv4 address as the 32-bit number that it is. */
function numberOf(address: string): number {
  return address.split('.').reduce((number, octet) => number * 256 + Number(octet), 0)
}
