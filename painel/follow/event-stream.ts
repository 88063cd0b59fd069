/**
 * Server-sent events as text becomes events: the part of the grammar that the lab's admin endpoints use.
 *
 *     event = *( "id: " … LF / "event: " … LF / "data: " JSON LF / ":" comment LF ) LF
 *
 * Read beside: WHATWG HTML §9.2.5 (parsing), shared/admin.ts (which writes them)
 * Pure: pieces of text in, events out.
 */
import type { LabEvent } from '#shared/events.ts'

/** Keeps the end of a piece that is not complete yet. */
export class EventStream {
  #rest = ''

  /** @returns the events that this piece completes. @throws SyntaxError when the data is not JSON */
  push(piece: string): LabEvent[] {
    const blocks = (this.#rest + piece).split('\n\n')
    this.#rest = blocks.pop() ?? ''
    return blocks.flatMap(block => {
      const data = block.split('\n').find(line => line.startsWith('data: '))
      return data === undefined ? [] : [JSON.parse(data.slice('data: '.length))]
    })
  }
}
