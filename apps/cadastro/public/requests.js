/**
 * One request to the access API.
 *
 * Read beside: app.js, follow.js, admin.js
 * Touches the world: makes requests to this site.
 */

/** Milliseconds. */
const PATIENCE = 15_000

/** @typedef {{ status: number, body: any }} ApiResponse `status` is 0 without a response; `body` is undefined when it is not JSON */

/**
 * @param {string} method
 * @param {string} path
 * @param {object} [json]
 * @returns {Promise<ApiResponse>}
 */
export async function ask(method, path, json) {
  try {
    const response = await fetch(path, {
      method,
      headers: { Accept: 'application/json', ...(json && { 'Content-Type': 'application/json' }) },
      ...(json && { body: JSON.stringify(json) }),
      signal: AbortSignal.timeout(PATIENCE),
    })
    return { status: response.status, body: await response.json().catch(() => undefined) }
  } catch {
    return { status: 0, body: undefined } // the caller shows that there was no response
  }
}
