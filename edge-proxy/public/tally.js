/**
 * What a class counts: who has answered so far, and how often over the same connection.
 *
 * Read beside: ask.js (what an exchange is)
 * Pure: a tally and an exchange in, the next tally out.
 */

/**
 * @typedef {object} Tally
 * @property {ReadonlyMap<string, number>} frontends answers by name
 * @property {ReadonlyMap<string, number>} backends answers by name
 * @property {ReadonlyMap<string, string>} titles what a backend calls itself: backend1 → Servidor 1
 * @property {number} asked
 * @property {number} failed questions without an answer, and answers from 500 on
 * @property {number} onThisConnection questions since a connection was last opened
 * @property {readonly import('./ask.js').Exchange[]} recent newest first
 */

/** How many questions the page lists. */
const RECENT = 12

/** The machines of the network map, drawn before they have answered anything. */
const MAP = { frontends: ['frontend1', 'frontend2', 'frontend3'], backends: ['backend1', 'backend2', 'backend3'] }

/** @returns {Tally} */
export function emptyTally() {
  return {
    frontends: new Map(MAP.frontends.map(name => [name, 0])),
    backends: new Map(MAP.backends.map(name => [name, 0])),
    titles: new Map(),
    asked: 0,
    failed: 0,
    onThisConnection: 0,
    recent: [],
  }
}

/**
 * @param {Tally} tally
 * @param {import('./ask.js').Exchange} exchange
 * @returns {Tally}
 */
export function count(tally, exchange) {
  const { frontend, backend } = exchange.servedBy
  const title = exchange.body?.server
  const opened = exchange.connection !== null && !exchange.connection.reused
  return {
    frontends: increment(tally.frontends, frontend),
    backends: increment(tally.backends, backend),
    titles: backend && typeof title === 'string' ? new Map(tally.titles).set(backend, title) : tally.titles,
    asked: tally.asked + 1,
    failed: tally.failed + (exchange.status === 0 || exchange.status >= 500 ? 1 : 0),
    onThisConnection: opened ? 1 : tally.onThisConnection + 1,
    recent: [exchange, ...tally.recent].slice(0, RECENT),
  }
}

/**
 * What has come since an earlier tally: questions, failures, and how many machines took part.
 *
 * @param {Tally} before
 * @param {Tally} now
 */
export function since(before, now) {
  const answered = (/** @type {'frontends' | 'backends'} */ layer) =>
    [...now[layer]].filter(([name, answers]) => answers > (before[layer].get(name) ?? 0)).length
  return {
    asked: now.asked - before.asked,
    failed: now.failed - before.failed,
    frontends: answered('frontends'),
    backends: answered('backends'),
  }
}

/**
 * @param {ReadonlyMap<string, number>} counts
 * @param {string | undefined} name
 */
function increment(counts, name) {
  if (name === undefined) return counts
  const next = new Map(counts).set(name, (counts.get(name) ?? 0) + 1)
  return new Map([...next].sort(([a], [b]) => byNumber(a, b)))
}

/** backend2 before backend10. @param {string} a @param {string} b */
function byNumber(a, b) {
  return Number(a.replace(/\D/g, '')) - Number(b.replace(/\D/g, ''))
}
