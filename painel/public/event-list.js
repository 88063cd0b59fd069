/**
 * The list of events: time, component and one sentence each, with filters.
 *
 * Read beside: event-filter.js, player.js (which steps through it), explain-view.js
 * Touches the world: the document.
 */
import { button, fillSelect, moveWithArrows, selectById } from './controls.js'
import { byId, createElement, redraw } from './dom.js'
import { EVERYTHING, filtered } from './event-filter.js'
import { isEnglish, numeral, say } from './words.js'

/** Rows that are drawn at a time: more would make the page slow. */
const MAX_ROWS = 250

export class EventList {
  /** @type {import('./event-filter.js').EventFilter} */
  filter = EVERYTHING
  /** @type {import('./lab-history.js').LabHistory} */
  #history
  /** @type {(event: any) => void} */
  #choose
  /** Rows that can be used again, by their event. @type {WeakMap<any, HTMLElement>} */
  #rows = new WeakMap()

  /**
   * @param {import('./lab-history.js').LabHistory} history
   * @param {(event: any) => void} choose
   * @param {() => void} changed the filters have changed
   */
  constructor(history, choose, changed) {
    this.#history = history
    this.#choose = choose
    moveWithArrows(byId('events'))
    for (const name of /** @type {const} */ (['place', 'request', 'kind'])) {
      selectById(`filter-${name}`).addEventListener('change', () => {
        this.filter = { ...this.filter, [name]: selectById(`filter-${name}`).value }
        changed()
      })
    }
  }

  /** @returns {readonly any[]} */
  get events() {
    return filtered(this.#history.events, this.filter)
  }

  /** Shows the events of one request; an empty id shows those of all. @param {string} id */
  only(id) {
    this.filter = { ...EVERYTHING, request: id }
  }

  /** The language has changed: every row is made anew. */
  forgetRows() {
    this.#rows = new WeakMap()
  }

  /** @param {any} current @param {boolean} live whether the end of the list stays in view */
  draw(current, live) {
    this.#drawFilters()
    const events = this.events
    const at = live ? events.length - 1 : Math.max(0, events.indexOf(current))
    const first = Math.max(0, Math.min(events.length - MAX_ROWS, at - MAX_ROWS / 2))
    const shown = events.slice(first, first + MAX_ROWS)
    const rows = shown.map(event => this.#row(event, event === current))
    redraw(byId('events'), ...rows)
    byId('no-events').hidden = events.length > 0
    byId('no-events').textContent = say(this.#history.events.length > 0 ? 'noEventsHere' : 'noEvents')
    byId('older').hidden = first === 0
    byId('older').textContent = say('older', { n: numeral(first) })
    const list = byId('events')
    const row = live ? rows.at(-1) : rows[at - first]
    if (row === undefined) return
    // Not scrollIntoView(): it would move the page too.
    if (row.offsetTop < list.scrollTop || row.offsetTop + row.offsetHeight > list.scrollTop + list.clientHeight) {
      list.scrollTop = row.offsetTop - list.clientHeight / 2
    }
  }

  #drawFilters() {
    const { events, requests } = this.#history
    const places = [...new Set(events.flatMap(({ hop, component }) => [hop, component]))].sort()
    const kinds = [...new Set(events.map(({ kind }) => kind))].sort()
    fillSelect(selectById('filter-place'), [['', say('everyPlace')], ...places.map(place => pair(place))])
    fillSelect(selectById('filter-kind'), [
      ['', say('everyKind')],
      ['failed', say('onlyFailed')],
      ...kinds.map(kind => pair(kind)),
    ])
    const chosen = this.filter.request
    const known = requests.some(({ id }) => id === chosen) || chosen === ''
    fillSelect(selectById('filter-request'), [
      ['', say('everyRequest')],
      ...(known ? [] : [pair(chosen)]),
      ...requests.map(
        ({ id, method, target, status }) =>
          /** @type {const} */ ([id, `${method} ${target} · ${status ?? '…'} · ${id.slice(0, 8)}`]),
      ),
    ])
    selectById('filter-request').value = chosen
  }

  /** @param {any} event @param {boolean} current */
  #row(event, current) {
    const known = this.#rows.get(event)
    const row = known ?? this.#newRow(event)
    if (known === undefined) this.#rows.set(event, row)
    row.classList.toggle('shown', current)
    row.firstElementChild?.setAttribute('aria-current', current ? 'step' : 'false')
    return row
  }

  /** @param {any} event */
  #newRow(event) {
    const { time, component, hop, reason, reasonEn, ms, failed } = event
    const sentence = isEnglish() ? reasonEn : reason
    const choose = button(
      failed ? 'is-failed' : '',
      () => this.#choose(event),
      createElement('span', 'time', clockTime(time)),
      createElement('span', `tag ${layerOf(hop)}`, component),
      createElement('span', 'sentence', failed ? `✕ ${sentence}` : sentence),
      createElement('span', 'ms', ms === null ? '' : `${numeral(ms, 1)} ms`),
    )
    choose.tabIndex = -1
    return createElement('li', '', choose)
  }
}

/** The colour of a layer is the same as on the page of the lab. @param {string} hop */
export function layerOf(hop) {
  return hop === 'edge' || hop === 'attempt' ? 'frontend' : hop
}

/** `12:04:31.218`. @param {number} time milliseconds since 1970 */
function clockTime(time) {
  const date = new Date(time)
  return `${date.toTimeString().slice(0, 8)}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

/** @param {string} text @returns {readonly [string, string]} */
function pair(text) {
  return [text, text]
}
