/**
 * Which events of the list are shown.
 *
 * Read beside: event-list.js, painel/journeys/journey.ts (`EventLine`)
 * Pure: events in, events out.
 */

/**
 * @typedef {object} EventFilter an empty text stands for all
 * @property {string} place   a kind of machine (`dns`) or a component (`frontend2`)
 * @property {string} request an id
 * @property {string} kind    `edge.pick`, or `failed` for what did not succeed
 */

/** @type {EventFilter} */
export const EVERYTHING = { place: '', request: '', kind: '' }

/**
 * @param {readonly any[]} events
 * @param {EventFilter} filter
 */
export function filtered(events, { place, request, kind }) {
  return events.filter(
    event =>
      (request === '' || event.journey === request) &&
      (place === '' || [event.hop, event.component, event.from, event.to].includes(place)) &&
      (kind === '' || (kind === 'failed' ? event.failed : event.kind === kind)),
  )
}
