/**
 * An error as a page: what a browser gets in place of `application/problem+json`.
 *
 * Read beside: ../http/error-reply.ts (when), login-page.ts (a failed login has its own page), #shared/page-layout.ts
 * Pure: values in, text out.
 */
import { html } from '#shared/html.ts'
import { both, layout } from '#shared/page-layout.ts'

/** @param status 400…599 @param detail the sentence of the problem document, in English: shown only beside English */
export function errorPage(status: number, detail: string): string {
  return layout(
    `Erro ${status}`,
    html`<section class="card account" aria-labelledby="trouble-title">
        <h1 id="trouble-title">${title(status)}</h1>
        <p class="trouble" role="alert">${advice(status)} <small lang="en">${status}: ${detail}</small></p>
        <p><a href="/status">${both('Estado do servidor', 'State of the server')}</a></p>
        <p><a href="/">${both('Voltar ao início', 'Back to the start')}</a></p>
      </section>`,
  )
}

function title(status: number) {
  if (status === 503) return both('Serviço indisponível', 'Service unavailable')
  if (status === 404) return both('Página não encontrada', 'Page not found')
  return status >= 500 ? both('O servidor falhou', 'The server failed') : both('Requisição recusada', 'Request refused')
}

function advice(status: number) {
  if (status === 503) {
    return both(
      'O Redis ou o MySQL está fora do ar, ou há acessos demais. Recarregue daqui a pouco: as sessões não se perdem.',
      'Redis or MySQL is down, or there are too many requests. Reload in a moment: no session is lost.',
    )
  }
  if (status >= 500) return both('O motivo está no log do servidor.', 'The reason is in the log of the server.')
  if (status === 404) return both('Não existe nada neste endereço.', 'There is nothing at this address.')
  if (status === 403) {
    return both(
      'Você não tem permissão para isto, ou a requisição não veio desta página.',
      'You are not allowed to do this, or the request did not come from this page.',
    )
  }
  return both('O servidor não aceitou esta requisição.', 'The server did not accept this request.')
}
