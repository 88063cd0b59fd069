/**
 * Health: when a frontend counts as down, and which addresses are left out of an answer because of it.
 *
 * Read beside: gdnsd's manual, "multifo" (answer with all that are up, and with all when too few are)
 * Pure: outcomes of checks in, health out; an RRset and health in, positions out.
 */
import type { Address } from '../rdata/layouts.ts'
import { TYPE } from '../wire/codes.ts'
import type { Rrset } from '../wire/record.ts'

export interface Health {
  readonly healthy: boolean
  /** Checks in a row that said the opposite. */
  readonly disagreeing: number
}

export interface Thresholds {
  /** Checks in a row that must pass before a machine that was down counts as up, and fail before it counts as down. */
  readonly rise: number
  readonly fall: number
}

/** One lost check is a hiccup, two are an outage. */
const THRESHOLDS: Thresholds = { rise: 2, fall: 2 }

/** Nobody is left out before there is a reason. */
export const UNCHECKED: Health = { healthy: true, disagreeing: 0 }

export function observe(health: Health, passed: boolean, { rise, fall }: Thresholds = THRESHOLDS): Health {
  if (passed === health.healthy) return { ...health, disagreeing: 0 }
  const disagreeing = health.disagreeing + 1
  return disagreeing < (passed ? rise : fall) ? { ...health, disagreeing } : { healthy: passed, disagreeing: 0 }
}

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
