/**
 * The language switch of every page. style.css alone hides one of the two languages, so the switch works without scripts too. This file
 * keeps the choice for the next visit, and sets `lang` of the document.
 *
 * Read beside: shared/page-parts.ts (two radio buttons), style.css ("Languages"), storage.js
 * Touches the world: the document, and the storage of the browser.
 */
import { recall, remember } from './storage.js'

const KEY = 'language'

/** @returns {'pt-BR' | 'en'} */
export function language() {
  return document.documentElement.lang === 'en' ? 'en' : 'pt-BR'
}

/** Restores the stored choice, and calls back after each change. @param {() => void} changed */
export function watchLanguage(changed) {
  const radios = /** @type {NodeListOf<HTMLInputElement>} */ (document.getElementsByName('language'))
  const stored = recall(KEY)
  for (const radio of radios) {
    if (radio.value === stored) radio.checked = true
    radio.addEventListener('change', () => {
      remember(KEY, radio.value)
      apply(radio.value)
      changed()
    })
  }
  apply([...radios].find(radio => radio.checked)?.value ?? 'pt-BR')
}

/** @param {string} chosen */
function apply(chosen) {
  document.documentElement.lang = chosen
}
