/**
 * Sentences with values in them, for every page: `{name}` in a text is replaced by the value of that name.
 *
 * Read beside: the file `words.js` or `texts.js` of each page
 * Pure: texts and values in, a sentence out.
 */

/**
 * @param {string} text
 * @param {Readonly<Record<string, string | number>>} [values] a placeholder without a value stays as it is
 */
export function fill(text, values = {}) {
  return text.replace(/\{(\w+)\}/g, (placeholder, name) => String(values[name] ?? placeholder))
}

/**
 * A function that takes a text from a table and fills its values in.
 *
 * @template {Readonly<Record<string, readonly string[]>>} Words
 * @param {Words} words each in Portuguese, then in English
 * @returns {(language: 'pt-BR' | 'en', name: keyof Words, values?: Readonly<Record<string, string | number>>) => string}
 */
export function sayIn(words) {
  return (language, name, values) => fill(words[name]?.[language === 'en' ? 1 : 0] ?? '', values)
}
