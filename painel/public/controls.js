/**
 * Buttons, select boxes and boxes that scroll, as the panels use them.
 *
 * Read beside: edge-proxy/public/dom.js (the helpers of all pages)
 * Touches the world: the document.
 */
import { byId, createElement } from './dom.js'

/** A form control with that id. @param {string} id @returns {HTMLSelectElement} */
export function selectById(id) {
  return /** @type {HTMLSelectElement} */ (byId(id))
}

/**
 * A new button.
 *
 * @param {string} className
 * @param {() => void} press
 * @param {...(Node | string)} children
 */
export function button(className, press, ...children) {
  const created = /** @type {HTMLButtonElement} */ (createElement('button', className, ...children))
  created.type = 'button'
  created.addEventListener('click', press)
  return created
}

/**
 * A box that scrolls sideways; it can be reached with the keyboard (WCAG 2.2 §2.1.1).
 *
 * @param {string} name for screen readers
 * @param {...Node} children
 */
export function scrollBox(name, ...children) {
  const box = createElement('div', 'scroll', ...children)
  box.tabIndex = 0
  box.setAttribute('role', 'group')
  box.setAttribute('aria-label', name)
  return box
}

/**
 * Replaces the options of a select box and keeps the choice, if it is still there.
 *
 * @param {HTMLSelectElement} select
 * @param {readonly (readonly [value: string, text: string])[]} options
 */
export function fillSelect(select, options) {
  const text = JSON.stringify(options)
  if (select.dataset.options === text) return
  const chosen = select.value
  select.dataset.options = text
  select.replaceChildren(...options.map(([value, label]) => new Option(label, value)))
  select.value = options.some(([value]) => value === chosen) ? chosen : (options[0]?.[0] ?? '')
}
