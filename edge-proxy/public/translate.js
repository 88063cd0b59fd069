/**
 * The texts of this page in the language that is chosen.
 *
 * Read beside: texts.js, language.js
 * Touches the world: the document, for its language.
 */
import { language } from './language.js'
import { format } from './texts.js'

/**
 * A text of texts.js in the chosen language.
 *
 * @param {import('./texts.js').TextName} name
 * @param {Readonly<Record<string, string | number>>} [values]
 */
export function translate(name, values) {
  return format(language(), name, values)
}
