/**
 * Server-sent events, read with `fetch`: `EventSource` cannot send an Authorization field.
 *
 * Read beside: tickets-api.js (which opens the stream); HTML Standard §9.2.6 (interpreting an event stream)
 * Pure: text in, events out.
 */

/** @typedef {{ id: string, type: string, data: string }} StreamEvent */

/** Collects text until events are complete. A piece of text may end anywhere. */
export class EventReader {
  #rest = ''

  /** @param {string} text @returns {StreamEvent[]} the events that are complete now */
  read(text) {
    const blocks = (this.#rest + text).split('\n\n')
    this.#rest = blocks.pop() ?? ''
    return blocks.map(parse).filter(event => event.type !== '')
  }
}

/** @param {string} block @returns {StreamEvent} without a type for a comment */
function parse(block) {
  /** @type {StreamEvent} */
  const event = { id: '', type: '', data: '' }
  for (const line of block.split('\n')) {
    const [name = '', value = ''] = line.split(/: ?(.*)/s, 2)
    if (name === 'id') event.id = value
    else if (name === 'event') event.type = value
    else if (name === 'data') event.data += value
  }
  return event
}
