/**
 * The first request: `GET /`, which loaded this page before any script ran. The browser measured it like every other one.
 *
 * Read beside: Navigation Timing §4, Server Timing §3 (Chromium gives `serverTiming` to pages without TLS, Firefox does not)
 * Touches the world: reads the browser's performance entries.
 */
import { parseServedBy } from './hops.js'
import { connectionTiming } from './send-request.js'

/** @returns {import('./send-request.js').PageRequest | null} null where the browser reports nothing */
export function pageLoad() {
  const [entry] = performance.getEntriesByType('navigation')
  if (!(entry instanceof PerformanceNavigationTiming) || entry.responseEnd === 0) return null
  const metrics = entry.serverTiming ?? []
  const connection = connectionTiming(entry)
  return {
    number: 0,
    method: 'GET',
    path: location.pathname,
    status: entry.responseStatus || 200,
    failure: null,
    // A script cannot read the fields of this response, so the edge also writes its name as the description of its time.
    servedBy: parseServedBy(metrics.find(({ name }) => name === 'edge')?.description ?? null),
    unavailable: new Map(),
    timing: new Map(metrics.map(({ name, duration }) => [name, duration])),
    total: entry.responseEnd - entry.fetchStart,
    // Chromium opens the connection before it starts to measure. A connection without times may be new or reused.
    connection: connection.reused ? null : connection,
    requestId: null,
    retryAfter: null,
    body: null,
  }
}
