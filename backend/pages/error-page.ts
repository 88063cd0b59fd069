/**
 * A request that was refused, for people: what a browser shows in place of `application/problem+json`.
 *
 * Read beside: ../http/server.ts (when), login.ts (a failed login has its own page), #shared/page-layout.ts
 * Pure: values in, text out.
 */
import { html } from '#shared/html.ts'
import { both, layout } from '#shared/page-layout.ts'

/** @param status 400…599 @param detail one sentence in English, as in the problem document */
export function errorPage(status: number, detail: string): string {
  return layout(
    `Erro ${status}`,
    html`<section class="card account" aria-labelledby="trouble-title">
        <h1 id="trouble-title">${title(status)}</h1>
        <p class="trouble" role="alert">${advice(status)} <small lang="en" class="always">${status}: ${detail}</small></p>
        <p><a href="/status">${both('Quem responde, e o que falta', 'Who answers, and what is missing')}</a></p>
        <p><a href="/">${both('Voltar ao começo', 'Back to the start')}</a></p>
      </section>`,
  )
}

function title(status: number) {
  if (status === 503) return both('Agora não dá', 'Not now')
  return status >= 500 ? both('O servidor falhou', 'The server failed') : both('Pedido recusado', 'Request refused')
}

function advice(status: number) {
  if (status === 503) {
    return both(
      'Falta o Redis ou o MySQL, ou há gente demais. Recarregue daqui a pouco: quem entrou continua dentro.',
      'Redis or MySQL is missing, or too many are here. Reload in a moment: who is logged in stays so.',
    )
  }
  if (status >= 500) return both('O registro do servidor diz por quê.', 'The log of the server says why.')
  return both('O servidor não aceitou este pedido.', 'The server did not take this request.')
}
