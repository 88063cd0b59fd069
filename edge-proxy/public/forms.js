/**
 * Forms that also work without scripts: with this script they are sent by the page, which stays open.
 *
 * Read beside: app.js; shared/page-parts.ts (the login form)
 * Touches the world: the document.
 */
import { byId } from './dom.js'

/**
 * Replaces the sending of a form. A second press before the end is ignored.
 *
 * @param {string} id of the form, or of the element that contains it
 * @param {(form: HTMLFormElement) => Promise<unknown>} send
 */
export function onSubmit(id, send) {
  byId(id).addEventListener('submit', async event => {
    event.preventDefault()
    const form = /** @type {HTMLFormElement} */ (event.target)
    if (form.getAttribute('aria-busy') === 'true') return
    form.setAttribute('aria-busy', 'true')
    try {
      await send(form)
    } finally {
      form.removeAttribute('aria-busy')
    }
  })
}
