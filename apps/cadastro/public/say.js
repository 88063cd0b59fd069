/**
 * The texts of this page with their values.
 *
 * Read beside: words.js; edge-proxy/public/fill.js
 * Pure: names and values in, sentences out.
 */
import { sayIn } from './fill.js'
import { WORDS } from './words.js'

export const say = sayIn(WORDS)

/** A status in words; 0 is a request without a response. @param {import('./words.js').PageLanguage} language @param {number} status */
export function statusWords(language, status) {
  return status === 0 ? say(language, 'noResponse') : say(language, 'status', { status })
}
