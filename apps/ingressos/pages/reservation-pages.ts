/**
 * A reservation and the tickets as pages, for browsers without JavaScript.
 *
 * Read beside: event-pages.ts, ../routes/reservations.ts
 * Pure: values in, text out.
 */
import { type Html, html } from '#shared/html.ts'
import { both, layout } from '#shared/page-layout.ts'
import type { BoughtTicket, Reservation } from '../reservations.ts'
import { obstacle } from '../sale.ts'

/** @param key the Idempotency-Key of the form */
export function reservationPage(reservation: Reservation, key: string): string {
  const { id, event, quantity } = reservation
  return layout(
    'Reserva',
    html`<section class="card account" aria-labelledby="reservation-title">
        <h1 id="reservation-title">${both(`Reserva ${id}`, `Reservation ${id}`)}</h1>
        <p>${both(`Lugares: ${quantity}`, `Seats: ${quantity}`)}</p>
        ${next(reservation, key)}
        <p><a href="/eventos/${event}">${both('Voltar ao evento', 'Back to the event')}</a> · <a href="/ingressos">${both('Meus ingressos', 'My tickets')}</a></p>
      </section>`,
  )
}

function next({ id, quantity, state, expiresAt, now }: Reservation, key: string): Html {
  const why = obstacle({ quantity, state, expiresAt: expiresAt.getTime() }, now.getTime())
  if (why === 'bought')
    return html`<p role="status">${both('Esta reserva já foi comprada.', 'This reservation was bought already.')}</p>`
  if (why === 'cancelled') return html`<p role="status">${both('Reserva cancelada.', 'Reservation cancelled.')}</p>`
  if (why === 'expired') {
    return html`<p role="status">${both(
      'O tempo da reserva acabou, e os lugares voltaram à venda.',
      'The time of the reservation is over, and its seats are for sale again.',
    )}</p>`
  }
  const seconds = Math.ceil((expiresAt.getTime() - now.getTime()) / 1000)
  return html`<p role="status">${both(`Reservados para você por mais ${seconds} s.`, `Reserved for you for ${seconds} s more.`)}</p>
        <form action="/reservas/${id}/compra" method="post">
          <input type="hidden" name="chave" value="${key}">
          <button class="primary" type="submit">${both('Comprar', 'Buy')}</button>
        </form>
        <form action="/reservas/${id}/cancelamento" method="post">
          <button type="submit">${both('Desistir', 'Give back')}</button>
        </form>`
}

export function ticketsPage(tickets: readonly BoughtTicket[]): string {
  const rows = tickets.map(({ codigo, evento }) => html`<li><code>${codigo}</code> ${evento}</li>`)
  return layout(
    'Meus ingressos',
    html`<section class="card account" aria-labelledby="tickets-title">
        <h1 id="tickets-title">${both('Meus ingressos', 'My tickets')}</h1>
        ${rows.length > 0 ? html`<ul>${rows}</ul>` : html`<p>${both('Nenhum ingresso ainda.', 'No tickets yet.')}</p>`}
        <p><a href="/eventos">${both('Todos os eventos', 'All events')}</a></p>
      </section>`,
  )
}
