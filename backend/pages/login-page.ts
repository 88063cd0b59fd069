/**
 * The login again, with what went wrong: what a browser without JavaScript sees after a login that failed.
 *
 * Read beside: ../routes/login.ts, #shared/page-layout.ts; edge-proxy/public/index.html (the same form)
 * Pure: values in, text out.
 */
import { html } from '#shared/html.ts'
import { both, layout } from '#shared/page-layout.ts'

/** @param username what was typed, so that it need not be typed again; the password never comes back */
export function loginPage(status: number, detail: string, username: string): string {
  return layout(
    'Entrar',
    html`<section class="card account" aria-labelledby="login-title">
        <h1 id="login-title">${both('Entrar', 'Log in')}</h1>
        <p class="trouble" role="alert">${explain(status)}${status === 401 ? undefined : exactly(status, detail)}</p>
        <form action="/login" method="post">
          <p class="field">
            <label for="username">${both('Usuário', 'User name')}</label>
            <input id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="256" value="${username}" required>
          </p>
          <p class="field">
            <label for="password">${both('Senha', 'Password')}</label>
            <input id="password" name="password" type="password" autocomplete="current-password" maxlength="256" required autofocus>
          </p>
          <button class="primary" type="submit">${both('Entrar', 'Log in')}</button>
        </form>
        <p><a href="/">${both('Voltar ao começo', 'Back to the start')}</a></p>
      </section>`,
  )
}

/** In English only: which field, how many seconds. */
function exactly(status: number, detail: string) {
  return html`<small lang="en" class="always">${status}: ${detail}</small>`
}

function explain(status: number) {
  if (status === 401) return both('Usuário ou senha não conferem. ', 'User name or password is wrong. ')
  if (status === 429) return both('Tentativas demais: espere um pouco. ', 'Too many attempts: wait a little. ')
  if (status === 503) return both('Agora não dá: falta o Redis ou o MySQL. ', 'Not now: Redis or MySQL is missing. ')
  return both('O servidor não entendeu o formulário. ', 'The server did not understand the form. ')
}
