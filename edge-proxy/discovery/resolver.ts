/**
 * Questions to the lab's own DNS servers: which addresses a name has, and which name an address has.
 *
 * Node's resolver (c-ares) asks the servers that it is given, one after the other, and keeps nothing: no /etc/hosts, no cache,
 * no search list. That is why it is used here, and not `dns.lookup`, which asks the system.
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

/** "There is no such thing" is an answer; everything else that is no record is silence. */
const ABSENT = new Set(['ENOTFOUND', 'ENODATA'])
/** For each server: a lost datagram is repeated once, and then the next server is asked. */
const PATIENCE = { timeout: 400, tries: 2, maxTimeout: 800 }

export class LabResolver {
  readonly #resolver = new Resolver(PATIENCE)

  /** @param servers `address:port` of each, the one to ask first standing first */
  constructor(servers: readonly string[]) {
    this.#resolver.setServers([...servers])
  }

  /** The A records of a name; none when DNS says that there are none. @throws when no server answers, or none knows the zone */
  async addressesOf(name: string): Promise<readonly AddressRecord[]> {
    return (await orAbsent(this.#resolver.resolve4(name, { ttl: true }))) ?? []
  }

  /** The name of an address; undefined when DNS says that it has none. @throws when no server answers */
  async nameOf(address: string): Promise<string | undefined> {
    // Not `reverse()`, which looks into /etc/hosts first.
    const reversed = `${address.split('.').reverse().join('.')}.in-addr.arpa`
    const names = await orAbsent(this.#resolver.resolvePtr(reversed))
    return names?.sort()[0]
  }

  /** Gives up whatever is being asked. */
  cancel(): void {
    this.#resolver.cancel()
  }
}

async function orAbsent<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch (error) {
    if (ABSENT.has((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}
