/**
 * The messages of one lane that were read and are not finished, in order; and which of them may be handled now.
 *
 * A message that failed waits for its next try. Until then it holds back the later messages of its key, and no others.
 *
 * Read beside: retry-rule.ts, consume.ts
 * Pure: values in, values out.
 */
import type { Envelope } from './envelope.ts'

/** A message that was read from a lane. */
export interface Delivery {
  /** Where it is in its lane: the id of a stream's entry, or an offset. */
  readonly place: string
  readonly message: Envelope
  /** The text as it was in the topic. */
  readonly text: string
  /** Tries that have begun. */
  tries: number
}

interface Entry {
  readonly delivery: Delivery
  due: number
}

export class Backlog {
  readonly #entries = new Map<string, Entry>()

  get size(): number {
    return this.#entries.size
  }

  /** The place of the oldest one that is not finished, these left out. */
  oldestBesides(places: readonly string[]): string | undefined {
    return this.#entries.keys().find(place => !places.includes(place))
  }

  /** Added at the end. A place that is here already is ignored. */
  add(delivery: Delivery): void {
    if (!this.#entries.has(delivery.place)) this.#entries.set(delivery.place, { delivery, due: 0 })
  }

  /**
   * What may be handled now, in order: at most `max` messages. A message that has failed before comes alone, so that it does not fail
   * others that would be handled together with it.
   */
  next(now: number, max: number): Delivery[] {
    const held = new Set<string>()
    const found: Delivery[] = []
    for (const { delivery, due } of this.#entries.values()) {
      const { key } = delivery.message
      if (held.has(key)) continue
      if (due > now) {
        held.add(key)
        continue
      }
      if (delivery.tries > 0 && found.length > 0) break
      found.push(delivery)
      if (delivery.tries > 0 || found.length === max) break
    }
    return found
  }

  finish(place: string): void {
    this.#entries.delete(place)
  }

  postpone(place: string, due: number): void {
    const entry = this.#entries.get(place)
    if (entry) entry.due = due
  }

  /** Milliseconds until a message that waits may be tried again; undefined when none waits. */
  dueIn(now: number): number | undefined {
    const waits = [...this.#entries.values()].filter(({ due }) => due > now).map(({ due }) => due - now)
    return waits.length === 0 ? undefined : Math.min(...waits)
  }
}
