/**
 * The events as pages, for browsers without JavaScript: every step is a plain form.
 *
 * Read beside: reservation-pages.ts, ../routes/events.ts, ../public/ (the page with JavaScript), #shared/page-layout.ts
 * Pure: values in, text out.
 */
import { type Html, html } from '#shared/html.ts'
import { both, layout } from '#shared/page-layout.ts'
import type { TicketEvent } from '../catalogue.ts'
import type { StandingInLine } from '../line/line.ts'
import { MOST_SEATS } from '../sale.ts'

export function eventListPage(events: readonly TicketEvent[]): string {
  return layout(
    'Ingressos',
    html`<section class="card" aria-labelledby="events-title">
        <h1 id="events-title">${both('Ingressos', 'Tickets')}</h1>
        <ul>${events.map(
          ({ id, nome, disponiveis, total }) =>
            html`<li><a href="/eventos/${id}">${nome}</a>: ${left(disponiveis, total)}</li>`,
        )}</ul>
        <p><a href="/ingressos">${both('Meus ingressos', 'My tickets')}</a></p>
      </section>`,
  )
}

/** What the page of an event shows about its visitor. */
export interface EventVisitor {
  readonly loggedIn: boolean
  /** Undefined when the user is not in the line. */
  readonly standing: StandingInLine | undefined
  /** The Idempotency-Key of the form. */
  readonly key: string
}

export function eventPage(event: TicketEvent, visitor: EventVisitor): string {
  const { id, nome, disponiveis, total } = event
  return layout(
    nome,
    html`<section class="card account" aria-labelledby="event-title">
        <h1 id="event-title">${nome}</h1>
        <p>${left(disponiveis, total)}</p>
        ${visitor.loggedIn ? turn(event, visitor) : html`<p><a href="/">${both('Entre para comprar', 'Log in to buy')}</a></p>`}
        <p><a href="/eventos/${id}">${both('Atualizar', 'Refresh')}</a> · <a href="/eventos">${both('Todos os eventos', 'All events')}</a></p>
      </section>`,
  )
}

function turn({ id, disponiveis }: TicketEvent, { standing, key }: EventVisitor): Html {
  if (disponiveis === 0) {
    return html`<p role="status">${both(
      'Esgotado no momento. Lugares de reservas não pagas voltam a ficar disponíveis.',
      'Sold out at the moment. Seats of reservations that are not paid become available again.',
    )}</p>`
  }
  if (standing === undefined) {
    return html`<form action="/eventos/${id}/fila" method="post">
          <button class="primary" type="submit">${both('Entrar na fila', 'Join the line')}</button>
        </form>`
  }
  if (!standing.admitted) {
    return html`<p role="status">${both(
      `Você é o número ${standing.position} da fila. Seu lugar fica guardado por 2 minutos, mesmo que a conexão caia.`,
      `You are number ${standing.position} in the line. Your place is kept for 2 minutes, even if the connection breaks.`,
    )}</p>`
  }
  const quantities = Array.from({ length: MOST_SEATS }, (_, index) => html`<option>${index + 1}</option>`)
  return html`<p role="status">${both('É a sua vez.', 'It is your turn.')}</p>
        <form action="/eventos/${id}/reservas" method="post">
          <input type="hidden" name="chave" value="${key}">
          <p class="field">
            <label for="quantidade">${both('Quantidade', 'Quantity')}</label>
            <select id="quantidade" name="quantidade">${quantities}</select>
          </p>
          <button class="primary" type="submit">${both('Reservar', 'Reserve')}</button>
        </form>`
}

function left(available: number, total: number): Html {
  return both(`${available} de ${total} lugares disponíveis`, `${available} of ${total} seats left`)
}
