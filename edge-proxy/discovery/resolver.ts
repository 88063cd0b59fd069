/**
 * Queries to the lab's own DNS servers: the addresses of a name, and the name of an address.
 *
 * Node's resolver (c-ares) queries the given servers, one after the other, without /etc/hosts, cache and search list. That is why
 * it is used here, and not `dns.lookup`, which uses the system's settings.
 *
 * Read beside: Node's `dns.promises.Resolver`, RFC 1035 §3.5 (in-addr.arpa), RFC 2308 §2 (NXDOMAIN and NODATA)
 * Touches the world: UDP and TCP to the DNS servers.
 */
import { Resolver } from 'node:dns/promises'

export interface AddressRecord {
  readonly address: string
  /** Seconds. */
  readonly ttl: number
}

/** NXDOMAIN and NODATA are answers; every other error counts as no answer. */
const ABSENT = new Set(['ENOTFOUND', 'ENODATA'])
/** For each server: a lost datagram is repeated once, and then the next server is queried. */
const PATIENCE = { timeout: 400, tries: 2, maxTimeout: 800 }

export class LabResolver {
  readonly #resolver = new Resolver(PATIENCE)

  /** @param servers `address:port` of each; the first is queried first */
  constructor(servers: readonly string[]) {
    this.#resolver.setServers([...servers])
  }

  /** The A records of a name; empty when there are none. @throws when no server answers, or none has the zone */
  async addressesOf(name: string): Promise<readonly AddressRecord[]> {
    return (await orAbsent(this.#resolver.resolve4(name, { ttl: true }))) ?? []
  }

  /** The name of an address; undefined when there is none. @throws when no server answers */
  async nameOf(address: string): Promise<string | undefined> {
    // Not `reverse()`, which reads /etc/hosts first.
    const reversed = `${address.split('.').reverse().join('.')}.in-addr.arpa`
    const names = await orAbsent(this.#resolver.resolvePtr(reversed))
    return names?.sort()[0]
  }

  /** Cancels open queries. */
  cancel(): void {
    this.#resolver.cancel()
  }
}

async function orAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (ABSENT.has((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}
