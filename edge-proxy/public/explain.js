/**
 * What went wrong, for a first-year student: at which machine the request ended, and in which words that is explained.
 *
 * Used by this page and by the edge's own error page (edge-proxy/pages/error-page.ts).
 *
 * Read beside: texts.js (the sentences), edge-proxy/failures.ts (`failure`), RFC 9110 §15.6 (502, 503, 504), RFC 9457
 * Pure: a request in, a layer and the name of a text out.
 */

/** @typedef {'frontend' | 'backend' | 'stores' | 'redis' | 'mysql' | null} FailedLayer where a request ended; null: it was refused */
/** @typedef {{ text: import('./texts.js').TextName, failedAt: FailedLayer }} Explanation */

/** What the edge found, by the `failure` of its problem document. @type {Readonly<Record<string, import('./texts.js').TextName>>} */
const EDGE_FAILURES = {
  refused: 'trouble502Refused',
  'closed-early': 'trouble502Closed',
  truncated: 'trouble502Closed',
  'bad-response': 'trouble502Invalid',
  'no-backend': 'trouble503Edge',
  'not-running': 'trouble503Application',
  exhausted: 'trouble503Full',
  'connect-timeout': 'trouble504Connect',
}

/** @typedef {Pick<import('./send-request.js').PageRequest, 'failure' | 'status' | 'servedBy' | 'path' | 'body'>} ExplainedResponse */

/**
 * @param {ExplainedResponse & { anonymous?: boolean }} request
 * @returns {Explanation | null} null when nothing went wrong
 */
export function explain({ failure, status, anonymous, servedBy, path, body }) {
  if (failure === 'stopped') return { text: 'troubleStopped', failedAt: null }
  if (failure === 'timeout') return { text: 'troubleSilence', failedAt: 'frontend' }
  if (failure === 'network') return { text: 'troubleNetwork', failedAt: 'frontend' }
  if (status < 400 || anonymous) return null

  // Without a backend's name in X-Served-By, the frontend wrote the response itself.
  const byEdge = servedBy.backend === undefined
  if (byEdge && status >= 502 && status <= 504) {
    const usual = /** @type {const} */ ({ 502: 'trouble502', 503: 'trouble503Edge', 504: 'trouble504' })
    const text = EDGE_FAILURES[body?.failure] ?? usual[/** @type {502 | 503 | 504} */ (status)]
    return { text, failedAt: body?.failure === 'exhausted' ? 'frontend' : 'backend' }
  }
  if (status === 508) return { text: 'trouble508', failedAt: 'frontend' }
  if (status === 503 && body?.dependency === 'redis') return { text: 'trouble503Redis', failedAt: 'redis' }
  if (status === 503 && body?.dependency === 'mysql') return { text: 'trouble503Mysql', failedAt: 'mysql' }
  if (status === 503) return { text: 'trouble503Backend', failedAt: 'stores' }
  if (status >= 500) return { text: 'trouble500', failedAt: byEdge ? 'frontend' : 'backend' }

  if (status === 401 && path === '/login') return { text: 'trouble401Login', failedAt: null }
  if (status === 401 && body?.sessions === 'memory') return { text: 'trouble401Memory', failedAt: 'backend' }
  if (status === 401) return { text: 'trouble401Session', failedAt: null }
  if (status === 403) return { text: 'trouble403', failedAt: null }
  if (status === 404) return { text: 'trouble404', failedAt: null }
  if (status === 405) return { text: 'trouble405', failedAt: null }
  if (status === 408) return { text: 'trouble408', failedAt: null }
  if (status === 429) return { text: 'trouble429', failedAt: null }
  return { text: 'trouble400', failedAt: null }
}

/**
 * Why a machine gets no requests, and which command changes that.
 *
 * @type {Record<string, { text: import('./texts.js').TextName, action: 'start' | 'resume' | null }>}
 */
const REASONS_OFF = {
  refused: { text: 'offRefused', action: 'start' },
  timeout: { text: 'offTimeout', action: 'resume' },
  failing: { text: 'offFailing', action: null },
  rising: { text: 'offRising', action: null },
  leaving: { text: 'offLeaving', action: null },
  drain: { text: 'offDrain', action: null },
  maintenance: { text: 'offMaintenance', action: null },
  store: { text: 'offStore', action: 'start' },
}

/** @param {string} why a reason of X-Unavailable, or `store` for Redis and MySQL */
export function explainOff(why) {
  return REASONS_OFF[why] ?? /** @type {const} */ ({ text: 'offOther', action: 'start' })
}
