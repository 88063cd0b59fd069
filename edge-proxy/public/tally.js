/**
 * What the page counts: responses by machine, and requests over the same connection. Also which machines are off, as far as the
 * last responses say.
 *
 * Read beside: send-request.js (what a request is)
 * Pure: a tally and a request in, the next tally out.
 */

/** @typedef {import('./send-request.js').PageRequest} PageRequest */

/**
 * @typedef {object} Tally
 * @property {ReadonlyMap<string, number>} frontends responses by name
 * @property {ReadonlyMap<string, number>} backends responses by name
 * @property {ReadonlyMap<string, string>} titles what a backend calls itself: backend1 → Servidor 1
 * @property {ReadonlyMap<string, string>} off machines that are off or without traffic: name → reason
 * @property {number} requests
 * @property {number} failed requests without a response, and responses from 500 on
 * @property {number} onThisConnection requests since a connection was last opened
 * @property {readonly PageRequest[]} recent newest first
 */

/** How many requests the page lists. */
const RECENT = 12

/** The machines of the network map, drawn before any response has come. */
const MAP = { frontends: ['frontend1', 'frontend2', 'frontend3'], backends: ['backend1', 'backend2', 'backend3'] }

/** @returns {Tally} */
export function emptyTally() {
  return {
    frontends: new Map(MAP.frontends.map(name => [name, 0])),
    backends: new Map(MAP.backends.map(name => [name, 0])),
    titles: new Map(),
    off: new Map(),
    requests: 0,
    failed: 0,
    onThisConnection: 0,
    recent: [],
  }
}

/**
 * @param {Tally} tally
 * @param {PageRequest} request
 * @returns {Tally}
 */
export function count(tally, request) {
  const { frontend, backend } = request.servedBy
  const title = request.body?.server
  const opened = request.connection !== null && !request.connection.reused
  return {
    frontends: increment(tally.frontends, frontend),
    backends: increment(withNames(tally.backends, request.unavailable.keys()), backend),
    titles: backend && typeof title === 'string' ? new Map(tally.titles).set(backend, title) : tally.titles,
    off: machinesOff(tally.off, request),
    requests: tally.requests + 1,
    failed: tally.failed + (request.status === 0 || request.status >= 500 ? 1 : 0),
    onThisConnection: opened || request.number === 0 ? 1 : tally.onThisConnection + 1,
    recent: [request, ...tally.recent].slice(0, RECENT),
  }
}

/**
 * Which machines are off after a response. A frontend reports its backends in every response; Redis and MySQL appear in the body
 * of /status, in the problem document of a 503, or by the time that they took.
 *
 * @param {ReadonlyMap<string, string>} before
 * @param {PageRequest} request
 * @returns {ReadonlyMap<string, string>}
 */
export function machinesOff(before, { servedBy, unavailable, status, timing, body }) {
  if (servedBy.frontend === undefined) return before
  const off = new Map(unavailable)
  for (const store of ['redis', 'mysql']) {
    const failed = body?.dependency === store || body?.[store] === 'down'
    const answered = body?.[store] === 'up' || (status < 500 && timing.has(store))
    if (failed || (before.has(store) && !answered)) off.set(store, 'store')
  }
  return off
}

/**
 * The difference to an earlier tally: requests, failures, and how many machines answered.
 *
 * @param {Tally} before
 * @param {Tally} now
 */
export function since(before, now) {
  const answered = (/** @type {'frontends' | 'backends'} */ layer) =>
    [...now[layer]].filter(([name, responses]) => responses > (before[layer].get(name) ?? 0)).length
  return {
    requests: now.requests - before.requests,
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
  return sorted(new Map(counts).set(name, (counts.get(name) ?? 0) + 1))
}

/**
 * A machine that is reported but has not answered yet is drawn too.
 *
 * @param {ReadonlyMap<string, number>} counts
 * @param {Iterable<string>} names
 */
function withNames(counts, names) {
  const missing = [...names].filter(name => !counts.has(name))
  return missing.length === 0
    ? counts
    : sorted(new Map([...counts, ...missing.map(name => /** @type {const} */ ([name, 0]))]))
}

/** backend2 before backend10. @param {ReadonlyMap<string, number>} counts */
function sorted(counts) {
  const number = (/** @type {string} */ name) => Number(name.replace(/\D/g, ''))
  return new Map([...counts].sort(([a], [b]) => number(a) - number(b)))
}
