/**
 * The language switch. Style sheets hide one language by themselves, so it also works without this file, which remembers the
 * choice and keeps `lang` of the document right.
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
 * @param {import('./texts.js').TextName} name
 * @param {Readonly<Record<string, string | number>>} [values]
 */
export function say(name, values) {
  return format(language(), name, values)
}

/** Takes up the remembered choice, and calls back whenever another one is made. @param {() => void} changed */
export function watchLanguage(changed) {
  const radios = /** @type {NodeListOf<HTMLInputElement>} */ (document.getElementsByName('language'))
  const remembered = recall()
  for (const radio of radios) {
    if (radio.value === remembered) radio.checked = true
    radio.addEventListener('change', () => {
      remember(radio.value)
      apply(radio.value)
      changed()
    })
  }
  apply([...radios].find(radio => radio.checked)?.value ?? 'pt-BR')
}

/** @param {string} chosen */
function apply(chosen) {
  document.documentElement.lang = chosen
  document.title = say('title')
}

// A browser that forbids storage throws; then the choice lasts as long as the page does.
function recall() {
  try {
    return localStorage.getItem(KEY)
  } catch {
    return null
  }
}

/** @param {string} chosen */
function remember(chosen) {
  try {
    localStorage.setItem(KEY, chosen)
  } catch {}
}
