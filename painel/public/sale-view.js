/**
 * The ticket sale as it goes on: seats, waiting line, each server's share, and the last reservations of each event.
 *
 * Read beside: painel/sales/sales.ts, app.js
 * Touches the world: the document.
 */
import { byId, createElement } from './dom.js'
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
function drawSale({ event, name, total, available, reserved, sold, waiting, reservations, servers }) {
  const numbers = say('saleNumbers', { available, reserved, sold, total, waiting })
  const last = reservations.map((/** @type {any} */ { reservation, state, component }) =>
    createElement('li', '', `#${reservation} ${sayOr(`sale-${state}`)} · ${component}`),
  )
  return createElement(
    'li',
    '',
    createElement('strong', '', `${event}. ${name}`),
    createElement('p', '', numbers),
    ...(servers.length > 0
      ? [createElement('p', '', say('saleShares')), createElement('ul', 'shares', ...shares(servers))]
      : []),
    createElement('ol', 'muted', ...last),
  )
}

/** One bar for each server, with its share in words. @param {{ server: string, requests: number }[]} servers */
function shares(servers) {
  const all = servers.reduce((sum, { requests }) => sum + requests, 0)
  return servers.map(({ server, requests }) => {
    const bar = document.createElement('meter')
    bar.value = requests / all
    bar.setAttribute('aria-hidden', 'true') // the text says the same
    return createElement(
      'li',
      '',
      createElement('span', '', server),
      bar,
      createElement('span', '', `${Math.round((100 * requests) / all)} %`),
    )
  })
}
