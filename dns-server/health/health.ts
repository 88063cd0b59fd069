/**
 * Frontend health and the answers: which addresses are left out, and for how long an answer may be cached.
 *
 * Read beside: checker.ts (which frontends are down), the manual of gdnsd, "multifo" (answers with all addresses that are up, or with
 *   all when too few are) and "Dynamic TTL" (a TTL ends before the next possible change of state)
 * Pure: an RRset and health in, positions and a TTL out.
 */
import type { UnusableAddresses } from '../answer/orderer.ts'
import type { Address } from '../rdata/layouts.ts'
import { TYPE } from '../wire/codes.ts'
import type { Rrset } from '../wire/record.ts'

/** What the checks say about one address. */
export interface AddressHealth {
  readonly down: boolean
  /** Milliseconds until the state may change; undefined while all checks have passed, when no change is expected. */
  readonly changeIn: number | undefined
}

/** Below this share of addresses that are up, all are sent (fail open). */
const FAIL_OPEN_BELOW = 1 / 3

/**
 * Which records of an RRset are left out because their address is down, and the TTL of the others.
 *
 * When no address is up, or less than a third, all are sent: then the checks are probably wrong, or the rest would break under the load.
 *
 * @param healthOf undefined for an address that is not checked
 * @returns undefined when the health of these addresses changes nothing
 */
export function unusableAddresses(
  { type, data, ttl }: Rrset,
  healthOf: (address: string) => AddressHealth | undefined,
): UnusableAddresses | undefined {
  if (type !== TYPE.A && type !== TYPE.AAAA) return undefined
  const addresses = data.map(one => (one as Address).address)
  const health = addresses.map(healthOf)
  const changes = health.flatMap(one => one?.changeIn ?? [])
  if (changes.length === 0) return undefined
  const shortTtl = Math.min(ttl, Math.max(1, Math.ceil(Math.min(...changes) / 1000)))

  const down = addresses.filter((_, position) => health[position]?.down)
  if (down.length === 0) return { positions: new Set(), ttl: shortTtl }
  const up = addresses.length - down.length
  if (up === 0 || up < addresses.length * FAIL_OPEN_BELOW) {
    const why = `only ${up} of ${addresses.length} are up: all are sent (fail open)`
    return { positions: new Set(), ttl: shortTtl, why }
  }
  const positions = new Set(health.flatMap((one, position) => (one?.down ? [position] : [])))
  return { positions, ttl: shortTtl, why: `${down.join(', ')} ${down.length === 1 ? 'is' : 'are'} down: left out` }
}
