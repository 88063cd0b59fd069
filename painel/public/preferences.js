/**
 * The language, and the projector mode (large type, few words), kept for the next visit.
 *
 * Read beside: index.html (the controls), style.css ("Projector"); edge-proxy/public/language.js
 * Touches the world: the document, and the storage of the browser.
 */
import { byId } from './dom.js'
import { watchLanguage } from './language.js'
import { recall, remember } from './storage.js'

const KEY = 'projector'

/** @param {() => void} changed */
export function watchPreferences(changed) {
  watchLanguage(changed)
  const projector = /** @type {HTMLInputElement} */ (byId('projector'))
  const apply = () => document.documentElement.classList.toggle('projector', projector.checked)
  projector.checked = recall(KEY) === 'on'
  projector.addEventListener('change', () => {
    remember(KEY, projector.checked ? 'on' : 'off')
    apply()
    changed()
  })
  apply()
}
