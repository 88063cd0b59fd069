/**
 * The texts of this page with their values.
 *
 * Read beside: words.js; edge-proxy/public/fill.js
 * Pure: names and values in, sentences out.
 */
import { sayIn } from './fill.js'
import { WORDS } from './words.js'

export const say = sayIn(WORDS)
