/**
 * Sends one request to the lab, and records everything that a page may learn about it.
 *
 * Read beside: Fetch (§5), Resource Timing (a reused connection has equal start times), page-load.js (the first request)
 * Touches the world: sends one request to the origin that the page came from.
 */
import { parseServedBy, parseServerTiming, parseUnavailable } from './hops.js'

/**
 * @typedef {object} PageRequest one request and its response, or the reason why there is none
 * @property {number} number 0 is the page itself, then counted from 1
 * @property {string} method
 * @property {string} path
 * @property {number} status 0 when no response arrived
 * @property {'network' | 'timeout' | 'stopped' | null} failure why no response arrived
 * @property {boolean} [anonymous] the 401 before the log-in: a response, not an error
 * @property {import('./hops.js').ServedBy} servedBy
 * @property {ReadonlyMap<string, string>} unavailable backends without traffic: name → reason, as the frontend sees them
 * @property {ReadonlyMap<string, number>} timing milliseconds by hop, as the servers measured them
 * @property {number} total milliseconds, as the browser measured them
 * @property {ConnectionTiming | null} connection null where the browser does not report it
 * @property {string | null} requestId
 * @property {number | null} retryAfter seconds
 * @property {any} body the parsed JSON; null when the response has none
 */
/** @typedef {{ reused: boolean, lookup: number, connect: number }} ConnectionTiming milliseconds */

/** Milliseconds. Longer than every time-out of the edge, so that a silent backend shows as the edge's 504. */
const TIMEOUT = 60_000

let sent = 0

/**
 * Never throws: a failure is recorded like a response.
 *
 * @param {string} method
 * @param {string} path
 * @param {{ json?: unknown, signal?: AbortSignal }} [options]
 * @returns {Promise<PageRequest>}
 */
export async function sendRequest(method, path, { json, signal } = {}) {
  const request = { number: ++sent, method, path }
  const end = new AbortController()
  const timeout = setTimeout(() => end.abort('timeout'), TIMEOUT)
  signal?.addEventListener('abort', () => end.abort('stopped'), { once: true })
  const started = performance.now()
  performance.clearResourceTimings()
  try {
    const response = await fetch(path, {
      method,
      signal: end.signal,
      cache: 'no-store',
      credentials: 'same-origin',
      headers: { Accept: 'application/json', ...(json !== undefined && { 'Content-Type': 'application/json' }) },
      ...(json !== undefined && { body: JSON.stringify(json) }),
    })
    const text = await response.text()
    const elapsed = performance.now() - started
    const entry = await entryOf(response.url)
    return {
      ...request,
      status: response.status,
      failure: null,
      servedBy: parseServedBy(response.headers.get('X-Served-By')),
      unavailable: parseUnavailable(response.headers.get('X-Unavailable')),
      timing: parseServerTiming(response.headers.get('Server-Timing')),
      // Measured by the browser's network process. `elapsed` also contains waiting for other scripts of the page.
      total: entry ? entry.responseEnd - entry.startTime : elapsed,
      connection: entry && connectionTiming(entry),
      requestId: response.headers.get('X-Request-Id'),
      retryAfter: Number.parseInt(response.headers.get('Retry-After') ?? '', 10) || null,
      body: parseJson(text),
    }
  } catch {
    // Fetch gives a page neither the address nor the reason of a failure (Fetch, "network error").
    const failure = end.signal.aborted ? end.signal.reason : 'network'
    const total = performance.now() - started
    return { ...request, ...NO_RESPONSE, failure, total }
  } finally {
    clearTimeout(timeout)
  }
}

/** @type {Omit<PageRequest, 'number' | 'method' | 'path' | 'failure' | 'total'>} */
const NO_RESPONSE = {
  status: 0,
  servedBy: {},
  unavailable: new Map(),
  timing: new Map(),
  connection: null,
  requestId: null,
  retryAfter: null,
  body: null,
}

/**
 * What the browser measured for the last request. The entry is added in a task of its own, which has to run first.
 *
 * @param {string} url
 */
async function entryOf(url) {
  await new Promise(resolve => setTimeout(resolve))
  const entry = performance.getEntriesByName(url, 'resource').at(-1)
  return entry instanceof PerformanceResourceTiming && entry.responseEnd > 0 ? entry : null
}

/** The look-up and the connection of a request. @param {PerformanceResourceTiming} entry @returns {ConnectionTiming} */
export function connectionTiming({ domainLookupStart, domainLookupEnd, connectStart, connectEnd }) {
  return {
    reused: connectEnd === connectStart,
    lookup: domainLookupEnd - domainLookupStart,
    connect: connectEnd - connectStart,
  }
}

/** @param {string} text */
function parseJson(text) {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
