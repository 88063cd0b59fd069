/**
 * Helpers for the documents of all pages. Text goes in as text, never as markup, because names are typed by people and heads come from the
 * network.
 *
 * Touches the world: the document.
 */

/** The element with that id. @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const element = document.getElementById(id)
  if (element) return element
  throw new Error(`index.html has no element #${id}`)
}

/**
 * A new element with a class and children; strings become text.
 *
 * @param {string} name
 * @param {string} className
 * @param {...(Node | string)} children
 */
export function createElement(name, className, ...children) {
  const element = document.createElement(name)
  if (className) element.className = className
  element.append(...children)
  return element
}

/**
 * The nodes of a sentence of a words.js: what is between backticks, such as a command, becomes `<code>`.
 *
 * @param {string} text
 */
function withCode(text) {
  return text
    .split('`')
    .map((part, index) => (index % 2 === 1 ? createElement('code', '', part) : document.createTextNode(part)))
}

/**
 * Replaces the children of an element. A child that would look the same stays in the document: a button that is replaced between press
 * and release does nothing. The focus moves to the element that has the same id now; without one, to the parent.
 *
 * @param {Element} parent
 * @param {...Node} children
 */
export function redraw(parent, ...children) {
  const focused = parent.contains(document.activeElement) ? document.activeElement : null
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
  if (focused === null || focused === document.activeElement) return
  const same = focused.isConnected ? focused : focused.id === '' ? null : document.getElementById(focused.id)
  const successor = /** @type {HTMLElement} */ (same ?? parent)
  successor.focus({ preventScroll: true })
}

/**
 * Shows a sentence of a words.js. One that has not changed is not drawn again, because a screen reader would read it again.
 *
 * @param {string} id
 * @param {string} text
 */
export function showText(id, text) {
  redraw(byId(id), ...withCode(text))
}
