/**
 * One question to the lab, and everything that a page may learn about its way there and back.
 *
 * Read beside: Fetch (§5), Resource Timing (a connection that was used again has equal start times)
 * Touches the world: sends one request to the place that the page came from.
 */
import { parseServedBy, parseServerTiming } from './hops.js'

/**
 * @typedef {object} Exchange one request and its answer, or what came instead of one
 * @property {number} number counts from 1
 * @property {Date} at
 * @property {string} method
 * @property {string} path
 * @property {number} status 0 when no answer came
 * @property {'network' | 'timeout' | 'stopped' | null} failure why no answer came
 * @property {import('./hops.js').ServedBy} servedBy
 * @property {ReadonlyMap<string, number>} timing milliseconds by hop, as the servers measured them
 * @property {number} total milliseconds, as the browser measured them
 * @property {Connection | null} connection null where the browser does not tell
 * @property {string | null} requestId
 * @property {number | null} retryAfter seconds
 * @property {any} body what the JSON said; null when it was none
 */
/** @typedef {{ reused: boolean, lookup: number, connect: number }} Connection milliseconds */

/** Longer than any time-out of the edge, so that it is the edge that says 504, in milliseconds. */
const PATIENCE = 60_000

let count = 0

/**
 * Asks, and never throws: what goes wrong is part of the exchange.
 *
 * @param {string} method
 * @param {string} path
 * @param {{ json?: unknown, signal?: AbortSignal }} [options]
 * @returns {Promise<Exchange>}
 */
export async function ask(method, path, { json, signal } = {}) {
  const exchange = { number: ++count, at: new Date(), method, path }
  const end = new AbortController()
  const patience = setTimeout(() => end.abort('timeout'), PATIENCE)
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
      ...exchange,
      status: response.status,
      failure: null,
      servedBy: parseServedBy(response.headers.get('X-Served-By')),
      timing: parseServerTiming(response.headers.get('Server-Timing')),
      // The browser's network part measured it; this script also waited for its turn on the page.
      total: entry ? entry.responseEnd - entry.startTime : elapsed,
      connection: entry && connectionOf(entry),
      requestId: response.headers.get('X-Request-Id'),
      retryAfter: Number.parseInt(response.headers.get('Retry-After') ?? '', 10) || null,
      body: parseJson(text),
    }
  } catch {
    // Fetch tells a page no more than "it failed": neither the address nor the reason (Fetch, "network error").
    const failure = end.signal.aborted ? end.signal.reason : 'network'
    const total = performance.now() - started
    return { ...exchange, ...NOTHING, failure, total }
  } finally {
    clearTimeout(patience)
  }
}

/** @type {Pick<Exchange, 'status' | 'servedBy' | 'timing' | 'connection' | 'requestId' | 'retryAfter' | 'body'>} */
const NOTHING = {
  status: 0,
  servedBy: {},
  timing: new Map(),
  connection: null,
  requestId: null,
  retryAfter: null,
  body: null,
}

/**
 * What the browser noted about the last request. The note is queued as a task, so one task is let pass.
 *
 * @param {string} url
 */
async function entryOf(url) {
  await new Promise(resolve => setTimeout(resolve))
  const entry = performance.getEntriesByName(url, 'resource').at(-1)
  return entry instanceof PerformanceResourceTiming && entry.responseEnd > 0 ? entry : null
}

/** Whether it had to look the name up and to connect. @param {PerformanceResourceTiming} entry @returns {Connection} */
function connectionOf({ domainLookupStart, domainLookupEnd, connectStart, connectEnd }) {
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
