/**
 * The links of the map: pairs of components that exchange messages, with the number of messages in the last seconds.
 *
 * Read beside: painel/journeys/links.ts (which names the two ends of an event), map-lines.js (which draws the links)
 * Pure: events in, numbers out; the time is an argument.
 */

/** Seconds over which a rate is computed. */
const WINDOW_S = 3
/** Kinds that begin an exchange; counting answers too would count each exchange twice. */
const BEGINS = new Set(['dns.query', 'edge.received', 'edge.sent', 'backend.redis', 'backend.mysql'])

/** The same name for both directions. @param {string} one @param {string} other */
export function linkKey(one, other) {
  return [one, other].sort().join(' ')
}

/** Counts the exchanges of each link. */
export class Traffic {
  /** @type {{ key: string, at: number }[]} */
  #seen = []

  /** @param {{ kind: string, from: string, to: string }} event @param {number} now milliseconds */
  add({ kind, from, to }, now) {
    if (from === to || !BEGINS.has(kind)) return
    this.#seen.push({ key: linkKey(from, to), at: now })
    if (this.#seen.length > 5_000) this.#forget(now)
  }

  /**
   * Exchanges a second, for each link that had any.
   *
   * @param {number} now   milliseconds
   * @param {number} share the share of the requests that is followed
   * @returns {Map<string, number>}
   */
  rates(now, share) {
    this.#forget(now)
    /** @type {Map<string, number>} */
    const rates = new Map()
    for (const { key } of this.#seen) rates.set(key, (rates.get(key) ?? 0) + 1)
    for (const [key, count] of rates) rates.set(key, count / WINDOW_S / share)
    return rates
  }

  /** @param {number} now */
  #forget(now) {
    this.#seen = this.#seen.filter(({ at }) => now - at < WINDOW_S * 1000)
  }
}
