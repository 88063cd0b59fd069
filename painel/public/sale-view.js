/**
 * The ticket sale as it goes on: seats, waiting line and last reservations of each event.
 *
 * Read beside: painel/sales/sales.ts, app.js
 * Touches the world: the document.
 */
import { byId, element } from './dom.js'
import { say, sayOr } from './words.js'

/** Events that are drawn; the painel keeps more. */
const MAX_SALES = 3

/** By event. @type {Map<number, any>} */
const sales = new Map()

/** @param {any} sale as of GET /api/sales */
export function addSale(sale) {
  sales.set(sale.event, sale)
}

/** The newest event first; the card is hidden until there is a sale. */
export function drawSales() {
  byId('sales-card').hidden = sales.size === 0
  const newest = [...sales.values()].sort((a, b) => b.event - a.event).slice(0, MAX_SALES)
  byId('sales').replaceChildren(...newest.map(drawSale))
}

/** @param {any} sale */
function drawSale({ event, name, total, available, reserved, sold, waiting, reservations }) {
  const numbers = say('saleNumbers', { available, reserved, sold, total, waiting })
  const last = reservations.map((/** @type {any} */ { reservation, state, component }) =>
    element('li', '', `#${reservation} ${sayOr(`sale-${state}`)} · ${component}`),
  )
  return element(
    'li',
    '',
    element('strong', '', `${event}. ${name}`),
    element('p', '', numbers),
    element('ol', 'muted', ...last),
  )
}
