/**
 * A test of addresses that keeps its outcomes, because searching a list of networks costs more than a whole answer.
 *
 * Read beside: handlers.ts (which asks it for each datagram)
 * Pure: an address in, yes or no out.
 */
import type { Networks } from '#shared/networks.ts'

/** The settings that decide it: config.ts. */
export interface RateLimited {
  readonly rateLimit: number
  readonly isExempt: Networks
}

/** Addresses whose outcome is remembered. */
const REMEMBERED = 4096

/** Whether the response rate limit counts an address. */
export function isLimitedBy({ rateLimit, isExempt }: RateLimited): (address: string) => boolean {
  return remembered(address => rateLimit > 0 && !isExempt(address))
}

/** The same test, remembered. */
function remembered(test: (address: string) => boolean): (address: string) => boolean {
  const outcomes = new Map<string, boolean>()
  // Resolvers often send many queries in a row.
  let lastAddress = ''
  let lastOutcome = false
  return address => {
    if (address === lastAddress) return lastOutcome
    const known = outcomes.get(address)
    const outcome = known ?? test(address)
    if (known === undefined) {
      if (outcomes.size >= REMEMBERED) outcomes.clear()
      outcomes.set(address, outcome)
    }
    lastAddress = address
    lastOutcome = outcome
    return outcome
  }
}
