/**
 * What went wrong, as a first-year student can use it: where on the way, and what to look at next.
 *
 * Read beside: texts.js (the sentences), RFC 9110 §15.6 (502, 503, 504), RFC 9457 (the answer's `detail`)
 * Pure: an exchange in, a place and the name of a text out.
 */

/** @typedef {'frontend' | 'backend' | 'stores' | null} Place the machine at which the way ended; null: the request itself */
/** @typedef {{ text: import('./texts.js').TextName, place: Place }} Explanation */

/**
 * @param {import('./ask.js').Exchange} exchange
 * @returns {Explanation | null} null when nothing went wrong
 */
export function explain({ failure, status, servedBy, path }) {
  if (failure === 'stopped') return { text: 'troubleStopped', place: null }
  if (failure === 'timeout') return { text: 'troubleSilence', place: 'frontend' }
  if (failure === 'network') return { text: 'troubleNetwork', place: 'frontend' }
  if (status < 400) return null

  // The edge signs what it answers by itself alone: without a backend's name, no backend was reached.
  const byEdge = servedBy.backend === undefined
  if (status === 502) return { text: 'trouble502', place: 'backend' }
  if (status === 503 && byEdge) return { text: 'trouble503Edge', place: 'backend' }
  if (status === 503) return { text: 'trouble503Backend', place: 'stores' }
  if (status === 504) return { text: 'trouble504', place: 'backend' }
  if (status >= 500) return { text: 'trouble500', place: byEdge ? 'frontend' : 'backend' }

  if (status === 401) return { text: path === '/login' ? 'trouble401Login' : 'trouble401Session', place: null }
  if (status === 403) return { text: 'trouble403', place: null }
  if (status === 429) return { text: 'trouble429', place: null }
  return { text: 'trouble400', place: null }
}
