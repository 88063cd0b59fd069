/**
 * The events that the ticket sale publishes, for the painel.
 *
 * Read beside: shared/event-kinds.ts, ticket-sale.ts
 * Pure: types only.
 */
declare module '#shared/event-kinds.ts' {
  interface EventKinds {
    /** A reservation was made, bought, cancelled, or has expired. */
    'ingressos.reservation': {
      readonly event: number | undefined
      readonly reservation: number
      readonly quantity: number | undefined
      readonly state: 'reserved' | 'bought' | 'cancelled' | 'expired'
    }
    /** The seats of an event, as they were read from the database for the cache. */
    'ingressos.seats': {
      readonly event: number
      readonly name: string
      readonly total: number
      readonly available: number
      readonly reserved: number
      readonly sold: number
    }
    /** The waiting line of an event, as a person in it saw it. */
    'ingressos.line': {
      readonly event: number
      readonly waiting: number
      readonly position: number
      readonly admitted: boolean
    }
  }
}

export {}
