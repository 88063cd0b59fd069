/**
 * Two helpers for the document. Text goes in as text, never as markup, because names are typed by people.
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
