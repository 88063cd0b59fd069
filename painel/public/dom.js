/**
 * Two helpers for the document. Text goes in as text, never as markup, because heads and names come from the network.
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
export function element(name, className, ...children) {
  const created = document.createElement(name)
  if (className) created.className = className
  created.append(...children)
  return created
}
