/**
 * The last requests, newest first.
 *
 * Read beside: lab-history.js, app.js
 * Touches the world: the document.
 */
import { button } from './controls.js'
import { byId, createElement, redraw } from './dom.js'
import { numeral, sayOr } from './words.js'

/** Requests that are drawn; the page keeps more. */
const MAX_ROWS = 60

/**
 * @param {readonly any[]} requests
 * @param {string | undefined} selected an id
 * @param {(id: string) => void} choose
 */
export function drawRequests(requests, selected, choose) {
  byId('no-requests').hidden = requests.length > 0
  redraw(
    byId('requests'),
    ...requests.slice(0, MAX_ROWS).map(({ id, method, target, status, state, frontend, backend, milliseconds }) => {
      const path = [frontend, backend].filter(Boolean).join(' → ')
      const row = button(
        `is-${state}`,
        () => choose(id),
        createElement('span', 'status', status === null ? (state === 'failed' ? '✕' : '…') : String(status)),
        createElement('span', 'what', `${method} ${target}`),
        createElement('span', 'who', [...(status === null ? [sayOr(state)] : []), path].filter(Boolean).join(' · ')),
        createElement('span', 'ms', milliseconds === null ? '' : `${numeral(milliseconds, 1)} ms`),
      )
      row.id = `request-${id}`
      row.tabIndex = -1
      row.setAttribute('aria-pressed', String(id === selected))
      return createElement('li', '', row)
    }),
  )
}
