/**
 * What the page shows in each state: which form, and which sentence.
 *
 * Read beside: sale.js, words.js (the sentences), ../public.test.ts
 * Pure: a state in, names of texts and their values out.
 */

/**
 * @typedef {object} SaleState
 * @property {boolean} loggedIn
 * @property {any} event as of GET /eventos/:id
 * @property {{ posicao: number, admitido: boolean, aFrente: number, esperaSegundos: number } | null} standing
 * @property {any} reservation the body of the 201
 * @property {number} secondsLeft of the reservation
 */

/** @typedef {import('./words.js').SaleText} SaleText */
/** @typedef {{ text: SaleText, values: Record<string, string | number> }} Sentence */
/** @typedef {Sentence & { form: 'join' | 'reserve' | 'buy' | null }} Step */

/** @param {SaleState} state @returns {Step} */
export function stepOf({ loggedIn, event, standing, reservation, secondsLeft }) {
  const step = (/** @type {Step['form']} */ form, /** @type {SaleText} */ text, values = {}) => ({ form, text, values })
  if (!loggedIn) return step(null, 'logIn')
  if (reservation !== null) {
    if (secondsLeft === 0) return step('join', 'over')
    return step('buy', 'reserved', { quantity: reservation.quantidade, seconds: secondsLeft })
  }
  if (event?.total === event?.vendidos) return step(null, 'soldOut')
  if (event?.disponiveis === 0) return step(null, 'comeBack', { reserved: event.reservados })
  if (standing === null) return step('join', 'join')
  if (standing.admitido) return step('reserve', 'yourTurn')
  return step(null, 'waiting', { position: standing.posicao, seconds: standing.esperaSegundos })
}

/** The seats of an event in the list and beside its name. @param {any} event @returns {Sentence} */
export function seatsOf({ disponiveis, total, vendidos }) {
  return vendidos === total ? { text: 'noSeats', values: {} } : { text: 'seats', values: { left: disponiveis, total } }
}

/** The text in place of the list of events; null when the list has events, or is not known yet. @param {any[] | null | undefined} events */
export function emptyListText(events) {
  if (events === undefined || (events !== null && events.length > 0)) return null
  return events === null ? 'noList' : 'noEvents'
}

/**
 * The trouble that a response shows, for the sale as a whole; null when there is none. The next response says whether it is over.
 *
 * @param {number} status 0 without a response
 * @returns {Sentence | null}
 */
export function troubleIn(status) {
  if (status === 429) return { text: 'limited', values: {} }
  if (status === 0) return { text: 'connection', values: {} }
  return status >= 500 ? { text: 'unavailable', values: { status } } : null
}

/**
 * Why a reservation was refused, if the person can do something about it. It is shown until the person does something else.
 *
 * @param {number} status
 * @param {any} body
 * @returns {Sentence | null}
 */
export function refusalIn(status, body) {
  return status === 409 && body?.disponiveis > 0 ? { text: 'fewLeft', values: { left: body.disponiveis } } : null
}
