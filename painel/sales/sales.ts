/**
 * The ticket sale as it goes on: the seats of each event, its waiting line, the last reservations, and each server's share of the requests.
 *
 * Read beside: apps/ingressos/event-kinds.ts (the events that it is made of), ../painel.ts, ../public/sale-view.js
 * Pure: keeps records of events.
 */
import type { LabEvent } from '#shared/events.ts'
import '../../apps/ingressos/event-kinds.ts'

export interface WatchedSale {
  readonly event: number
  readonly name: string
  readonly total: number
  readonly available: number
  readonly reserved: number
  readonly sold: number
  /** People who wait in the line. */
  readonly waiting: number
  /** The newest first. */
  readonly reservations: readonly WatchedReservation[]
  /** The servers that answered the last {@link COUNTED_REQUESTS} requests of this sale, by name. */
  readonly servers: readonly ServerShare[]
}

export interface ServerShare {
  readonly server: string
  readonly requests: number
}

export interface WatchedReservation {
  readonly reservation: number
  readonly state: 'reserved' | 'bought' | 'cancelled' | 'expired'
  /** The server that did it. */
  readonly component: string
}

const MOST_SALES = 20
const MOST_RESERVATIONS = 8
/** The last ones only, so that a server which was added is seen to get its share within seconds. */
export const COUNTED_REQUESTS = 200

export class Sales {
  readonly #sales = new Map<number, WatchedSale>()
  /** A purchase does not name its event. */
  readonly #eventOf = new Map<number, number>()
  /** Of each event: the servers of its last requests, the oldest first. */
  readonly #answeredBy = new Map<number, string[]>()

  /** The newest event first. */
  list(): WatchedSale[] {
    return [...this.#sales.values()].sort((a, b) => b.event - a.event)
  }

  /** @returns the sale that this event changed; undefined for an event of another kind */
  add({ kind, detail, component }: LabEvent): WatchedSale | undefined {
    if (kind === 'ingressos.seats') return this.#change(detail.event, detail)
    if (kind === 'ingressos.line') {
      const servers = this.#count(detail.event, component)
      return this.#change(detail.event, { waiting: detail.waiting, servers })
    }
    if (kind !== 'ingressos.reservation') return undefined
    const { reservation, state } = detail
    const event = detail.event ?? this.#eventOf.get(reservation)
    if (event === undefined) return undefined
    if (state === 'reserved') this.#eventOf.set(reservation, event)
    else this.#eventOf.delete(reservation)
    const before = this.#sales.get(event)?.reservations ?? []
    const others = before.filter(other => other.reservation !== reservation)
    const reservations = [{ reservation, state, component }, ...others].slice(0, MOST_RESERVATIONS)
    // The server that finds a reservation expired was not asked to.
    if (state === 'expired') return this.#change(event, { reservations })
    return this.#change(event, { reservations, servers: this.#count(event, component) })
  }

  /** One more request of the event. */
  #count(event: number, server: string): ServerShare[] {
    const answeredBy = [...(this.#answeredBy.get(event) ?? []), server].slice(-COUNTED_REQUESTS)
    this.#answeredBy.set(event, answeredBy)
    const counts = [...Map.groupBy(answeredBy, name => name)].map(([server, all]) => ({
      server,
      requests: all.length,
    }))
    return counts.sort((a, b) => a.server.localeCompare(b.server))
  }

  #change(event: number, change: Partial<WatchedSale>): WatchedSale {
    const sale = { ...(this.#sales.get(event) ?? { ...UNKNOWN, event }), ...change }
    this.#sales.delete(event)
    this.#sales.set(event, sale)
    const [oldest] = this.#sales.keys()
    if (this.#sales.size > MOST_SALES && oldest !== undefined) {
      this.#sales.delete(oldest)
      this.#answeredBy.delete(oldest)
    }
    return sale
  }
}

const UNKNOWN = { name: '', total: 0, available: 0, reserved: 0, sold: 0, waiting: 0, reservations: [], servers: [] }
