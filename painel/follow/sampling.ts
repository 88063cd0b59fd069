/**
 * How large a share of the requests is followed: as many as a person can look at, so that a load test does not pay for being watched.
 *
 * Whether one request is followed depends on its id alone (shared/events.ts), so that every component follows the same requests and each
 * journey that is shown is complete. The page says so when the share is below 1.
 *
 * Read beside: shared/events.ts (`isInSample`), follower.ts
 * Pure: counts in, a share out.
 */

/** Journeys a second from which on fewer are followed, and the share that is aimed at. */
const MAX_PER_SECOND = 40
const AIM_PER_SECOND = 20
/** The smallest share: one request out of 256. */
const MIN_SHARE = 1 / 256

/**
 * The share for the next second.
 *
 * @param share    the present one: above 0, at most 1; always a power of two, so that a smaller sample is part of a larger one
 * @param journeys how many journeys began in the last second under that share
 */
export function nextShare(share: number, journeys: number): number {
  if (journeys > MAX_PER_SECOND) return powerOfTwo((share * AIM_PER_SECOND) / journeys)
  // Doubling must not lead above the limit again at once.
  if (journeys * 2 <= AIM_PER_SECOND) return Math.min(1, share * 2)
  return share
}

function powerOfTwo(share: number): number {
  return Math.max(MIN_SHARE, 2 ** Math.floor(Math.log2(share)))
}
