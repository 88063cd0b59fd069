/**
 * What the page has of the lab: the last events of all requests, the summaries of the requests, and whole journeys when they are needed.
 *
 * Read beside: painel/live.ts (how events arrive), painel/journeys/journeys.ts
 * Touches the world: HTTP to the painel's server for a whole journey.
 */
import { get } from './api.js'

/** Events that are kept: about 200 requests of 15 events. The oldest are deleted first. */
const MAX_EVENTS = 3_000
const MAX_REQUESTS = 200

export class LabHistory {
  /** In the order in which they were observed. @type {any[]} */
  events = []
  /** Newest first. @type {any[]} */
  requests = []
  /** Whole journeys by their id, as long as nothing has changed. @type {Map<string, Promise<any>>} */
  #journeys = new Map()

  /**
   * Asks the painel for what it has kept, and adds what the page does not have yet. Called whenever live events begin to arrive: what was
   * observed before, and while the connection was lost, is not sent again.
   *
   * @returns {Promise<number>} the share of the requests that is followed
   */
  async load() {
    const [{ events, share }, { journeys }] = await Promise.all([
      get('/api/events?limit=2000'),
      get(`/api/journeys?limit=${MAX_REQUESTS}`),
    ])
    const known = new Set(this.events.map(keyOf))
    for (const event of events) if (!known.has(keyOf(event))) this.#insert(event)
    const newest = new Map([...journeys, ...this.requests.filter(isEnded)].map(one => [one.id, one]))
    for (const one of this.requests) if (!newest.has(one.id)) newest.set(one.id, one)
    this.requests = [...newest.values()].sort((one, other) => (one.at < other.at ? 1 : -1)).slice(0, MAX_REQUESTS)
    return share
  }

  /** @param {string} journey an id @param {any} hop */
  add(journey, { detail: _, octets: __, ...line }) {
    const event = { journey, ...line }
    this.#insert(event)
    return event
  }

  /** @param {any} event */
  #insert(event) {
    let at = this.events.length
    // Events of several components arrive a little out of order.
    while (at > 0 && this.events[at - 1].time > event.time) at--
    this.events.splice(at, 0, event)
    if (this.events.length > MAX_EVENTS) this.events.splice(0, this.events.length - MAX_EVENTS)
    this.#journeys.delete(event.journey)
  }

  /** @param {any} summary of a request that has changed */
  update(summary) {
    const at = this.requests.findIndex(({ id }) => id === summary.id)
    if (at === -1) this.requests.unshift(summary)
    else this.requests[at] = summary
    if (this.requests.length > MAX_REQUESTS) this.requests.pop()
    this.#journeys.delete(summary.id)
  }

  /** A whole journey with its octets. @param {string} id @returns {Promise<any>} rejects when the painel has deleted it */
  journey(id) {
    const known = this.#journeys.get(id)
    if (known) return known
    const asked = get(`/api/journeys/${encodeURIComponent(id)}`)
    this.#journeys.set(id, asked)
    asked.catch(() => this.#journeys.delete(id))
    if (this.#journeys.size > 50) {
      const [oldest] = this.#journeys.keys()
      if (oldest !== undefined) this.#journeys.delete(oldest)
    }
    return asked
  }

  clear() {
    this.events = []
    this.requests = []
    this.#journeys.clear()
  }
}

/** An event has no number of its own. @param {any} event */
function keyOf({ journey, time, component, kind }) {
  return `${journey} ${time} ${component} ${kind}`
}

/** @param {any} summary */
function isEnded({ state }) {
  return state !== 'running'
}
