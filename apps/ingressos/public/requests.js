/**
 * One request, with its Idempotency-Key where it needs one.
 *
 * Read beside: sale.js, ../idempotency/key.ts
 * Touches the world: fetch, sessionStorage.
 */

/** Milliseconds: a slow connection may need long, and the request is repeated with the same key. */
const PATIENCE = 30_000

/**
 * @typedef {{ status: number, body: any, date: number | undefined, servedBy: string }} SaleResponse `status` is 0 without a response
 */

/**
 * @param {string} method
 * @param {string} path
 * @param {{ json?: unknown, key?: string }} [options]
 * @returns {Promise<SaleResponse>}
 */
export async function sendRequest(method, path, { json, key } = {}) {
  /** @type {Record<string, string>} */
  const headers = { Accept: 'application/json' }
  if (json !== undefined) headers['Content-Type'] = 'application/json'
  if (key !== undefined) headers['Idempotency-Key'] = key
  const body = json === undefined ? null : JSON.stringify(json)
  try {
    const response = await fetch(path, { method, headers, body, signal: AbortSignal.timeout(PATIENCE) })
    const text = await response.text()
    const date = Date.parse(response.headers.get('Date') ?? '')
    return {
      status: response.status,
      body: /json/.test(response.headers.get('Content-Type') ?? '') ? JSON.parse(text) : null,
      date: Number.isNaN(date) ? undefined : date,
      servedBy: response.headers.get('X-Served-By') ?? '',
    }
  } catch {
    return { status: 0, body: null, date: undefined, servedBy: '' } // no response: the caller shows it, and the key stays the same
  }
}

/** The key of an action: the same one until the action is over, also after the page was loaded again. @param {string} action */
export function keyFor(action) {
  const key = sessionStorage.getItem(action) ?? randomKey()
  sessionStorage.setItem(action, key)
  return key
}

/** @param {string} action */
export function forgetKey(action) {
  sessionStorage.removeItem(action)
}

/** 128 random bits. (crypto.randomUUID exists only where the page came over TLS or from localhost.) */
function randomKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map(octet => octet.toString(16).padStart(2, '0')).join('')
}
