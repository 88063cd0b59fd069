/**
 * The live events as server-sent events, one stream for each open page. A page that reads too slowly misses events, and gets their number;
 * nothing is queued without a bound.
 *
 *     event: map        the whole map, when it has changed
 *     event: hop        { journey, hop }: one more hop of a journey
 *     event: journey    the summary of a journey that has changed
 *     event: sale       the seats, the line and the last reservations of one event, when they have changed
 *     event: sampling   { share }: which share of the requests is followed
 *     event: step       { lesson, step }: a step of a lesson was observed
 *     event: missed     { events }: so many were left out because this page reads too slowly
 *
 * Read beside: WHATWG HTML §9.2 (server-sent events), routes/look.ts (`GET /api/live`)
 * Pure but for the streams that it fills.
 */
import { Readable } from 'node:stream'

export type LiveKind = 'map' | 'hop' | 'journey' | 'sale' | 'sampling' | 'step' | 'missed'

/** Octets that wait for one slow page. */
const MAX_WAITING = 256 * 1024

export class Live {
  readonly #pages = new Set<Page>()

  /** @param onClose called once, when the page is gone */
  open(onClose: () => void): Readable {
    const page = new Page()
    this.#pages.add(page)
    page.stream.once('close', () => {
      this.#pages.delete(page)
      onClose()
    })
    return page.stream
  }

  /** Whether a page is open. Check it before preparing anything that costs. */
  get watched(): boolean {
    return this.#pages.size > 0
  }

  send(kind: LiveKind, value: unknown): void {
    if (this.#pages.size === 0) return
    const text = `event: ${kind}\ndata: ${JSON.stringify(value)}\n\n`
    for (const page of this.#pages) page.send(text)
  }

  close(): void {
    for (const { stream } of this.#pages) stream.destroy()
  }
}

class Page {
  readonly stream = new Readable({ read() {}, highWaterMark: MAX_WAITING })
  #missed = 0

  constructor() {
    // Makes the browser's EventSource open at once, and reconnect soon after a loss.
    this.stream.push('retry: 500\n\n')
  }

  send(text: string): void {
    if (this.stream.readableLength > MAX_WAITING) {
      this.#missed++
      return
    }
    if (this.#missed > 0) {
      this.stream.push(`event: missed\ndata: ${JSON.stringify({ events: this.#missed })}\n\n`)
      this.#missed = 0
    }
    this.stream.push(text)
  }
}
