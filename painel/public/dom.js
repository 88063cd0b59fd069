/**
 * Helpers for the document. Text goes in as text, never as markup, because heads and names come from the network.
 *
 * Touches the world: the document.
 */

/** The element with that id. @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const element = document.getElementById(id)
  if (element) return element
  throw new Error(`index.html has no element #${id}`)
}

/** A form control with that id. @param {string} id @returns {HTMLSelectElement} */
export function selectById(id) {
  return /** @type {HTMLSelectElement} */ (byId(id))
}

/**
 * A new element with a class and children; strings become text.
 *
 * @param {string} name
 * @param {string} className
 * @param {...(Node | string)} children
 */
export function element(name, className, ...children) {
  const created = document.createElement(name)
  if (className) created.className = className
  created.append(...children)
  return created
}

/**
 * A new button.
 *
 * @param {string} className
 * @param {() => void} press
 * @param {...(Node | string)} children
 */
export function button(className, press, ...children) {
  const created = /** @type {HTMLButtonElement} */ (element('button', className, ...children))
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
  const box = element('div', 'scroll', ...children)
  box.tabIndex = 0
  box.setAttribute('role', 'group')
  box.setAttribute('aria-label', name)
  return box
}

/**
 * Replaces the children of an element. A child that would look the same stays in the document: a button that is replaced between press
 * and release does nothing. The focus moves to the element that has the same id now.
 *
 * @param {Element} parent
 * @param {...Node} children
 */
export function redraw(parent, ...children) {
  const focused = parent.contains(document.activeElement) ? document.activeElement?.id : ''
  const stale = [...parent.childNodes]
  const wanted = children.map(child => {
    const at = stale.findIndex(old => old === child || old.isEqualNode(child))
    return at < 0 ? child : /** @type {ChildNode} */ (stale.splice(at, 1)[0])
  })
  for (const old of stale) old.remove()
  let next = parent.firstChild
  for (const child of wanted) {
    if (child === next) next = next.nextSibling
    else parent.insertBefore(child, next)
  }
  if (focused && focused !== document.activeElement?.id)
    document.getElementById(focused)?.focus({ preventScroll: true })
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
