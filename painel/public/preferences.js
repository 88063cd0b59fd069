/**
 * The language, and the projector mode (large type, few words), kept for the next visit.
 *
 * Read beside: index.html (the controls), style.css ("Languages", "Projector")
 * Touches the world: the document, and `localStorage` where the browser allows it.
 */
import { byId } from './dom.js'

/** @param {() => void} changed */
export function watchPreferences(changed) {
  const projector = /** @type {HTMLInputElement} */ (byId('projector'))
  const radios = /** @type {NodeListOf<HTMLInputElement>} */ (document.getElementsByName('language'))
  const apply = () => {
    document.documentElement.lang = [...radios].find(radio => radio.checked)?.value ?? 'pt-BR'
    document.documentElement.classList.toggle('projector', projector.checked)
  }
  const stored = load('language')
  for (const radio of radios) {
    if (radio.value === stored) radio.checked = true
    radio.addEventListener('change', () => {
      store('language', radio.value)
      apply()
      changed()
    })
  }
  projector.checked = load('projector') === 'on'
  projector.addEventListener('change', () => {
    store('projector', projector.checked ? 'on' : 'off')
    apply()
    changed()
  })
  apply()
}

// Where storage is forbidden, the browser throws; the choice then lasts until the page is closed.
/** @param {string} key */
function load(key) {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

/** @param {string} key @param {string} value */
function store(key, value) {
  try {
    localStorage.setItem(key, value)
  } catch {}
}
