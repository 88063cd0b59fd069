/**
 * The language switch. style.css alone hides one of the two languages, so the switch works without scripts too. This file keeps the
 * choice for the next visit, and sets `lang` of the document.
 *
 * Read beside: index.html (two radio buttons), style.css ("Languages")
 * Touches the world: the document, and `localStorage` where the browser allows it.
 */
import { format } from './texts.js'

const KEY = 'language'

/** @returns {import('./texts.js').Language} */
export function language() {
  return document.documentElement.lang === 'en' ? 'en' : 'pt-BR'
}

/**
 * A text of texts.js in the chosen language.
 *
 * @param {import('./texts.js').TextName} name
 * @param {Readonly<Record<string, string | number>>} [values]
 */
export function translate(name, values) {
  return format(language(), name, values)
}

/** Restores the stored choice, and calls back after each change. @param {() => void} changed */
export function watchLanguage(changed) {
  const radios = /** @type {NodeListOf<HTMLInputElement>} */ (document.getElementsByName('language'))
  const stored = load()
  for (const radio of radios) {
    if (radio.value === stored) radio.checked = true
    radio.addEventListener('change', () => {
      store(radio.value)
      apply(radio.value)
      changed()
    })
  }
  apply([...radios].find(radio => radio.checked)?.value ?? 'pt-BR')
}

/** @param {string} chosen */
function apply(chosen) {
  document.documentElement.lang = chosen
  document.title = translate('title')
}

// Where storage is forbidden, the browser throws; the choice then lasts until the page is closed.
function load() {
  try {
    return localStorage.getItem(KEY)
  } catch {
    return null
  }
}

/** @param {string} chosen */
function store(chosen) {
  try {
    localStorage.setItem(KEY, chosen)
  } catch {}
}
