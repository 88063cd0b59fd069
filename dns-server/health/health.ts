/**
 * Which addresses are left out of an answer because their frontend is down.
 *
 * Read beside: checker.ts (which frontends are down), gdnsd's manual, "multifo" (all that are up, or all when too few are)
 * Pure: an RRset and health in, positions out.
 */
import type { Address } from '../rdata/layouts.ts'
import { TYPE } from '../wire/codes.ts'
import type { Rrset } from '../wire/record.ts'

/**
 * The positions of addresses that are down. When fewer than half are up it is more likely that the checks are wrong, or that
 * the rest would break under the load: then all are sent (fail open).
 */
export function unusablePositions(
  { type, data }: Rrset,
  isDown: (address: string) => boolean,
): { positions: ReadonlySet<number>; why: string } | undefined {
  if (type !== TYPE.A && type !== TYPE.AAAA) return undefined
  const addresses = data.map(one => (one as Address).address)
  const down = addresses.filter(isDown)
  if (down.length === 0) return undefined
  const up = addresses.length - down.length
  if (up < addresses.length / 2) {
    return { positions: new Set(), why: `only ${up} of ${addresses.length} are up: all are sent (fail open)` }
  }
  const positions = new Set(addresses.flatMap((address, position) => (isDown(address) ? [position] : [])))
  return { positions, why: `${down.join(', ')} ${down.length === 1 ? 'is' : 'are'} down: left out` }
}
