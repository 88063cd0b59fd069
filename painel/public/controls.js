/**
 * Buttons, select boxes, boxes that scroll and long lists, as the panels use them.
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
 * Makes a list of many buttons one stop of the Tab key: the arrow keys, Home and End move from button to button (WAI-ARIA APG, composite
 * widgets). Its buttons have `tabIndex` -1.
 *
 * @param {HTMLElement} list
 */
export function moveWithArrows(list) {
  list.tabIndex = 0
  list.addEventListener('keydown', event => {
    const buttons = [...list.querySelectorAll('button')]
    const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement))
    const current = buttons.findIndex(one => one.matches('[aria-current="step"], [aria-pressed="true"], .shown'))
    const wanted = {
      ArrowDown: at < 0 ? Math.max(0, current) : at + 1,
      ArrowUp: at < 0 ? current : at - 1,
      Home: 0,
      End: buttons.length - 1,
    }[event.key]
    const next = wanted === undefined ? undefined : buttons[wanted]
    if (next === undefined) return
    event.preventDefault()
    next.focus()
  })
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
