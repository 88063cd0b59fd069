/**
 * What the browser keeps for the next visit. Where storage is forbidden, the browser throws: then nothing is kept.
 *
 * Touches the world: `localStorage`.
 */

/** @param {string} key @returns {string | null} null when nothing is kept */
export function recall(key) {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

/** @param {string} key @param {string} value */
export function remember(key, value) {
  try {
    localStorage.setItem(key, value)
  } catch {}
}
