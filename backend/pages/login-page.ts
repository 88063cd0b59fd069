/**
 * The login form as a page: what a browser without JavaScript gets after a failed login, and what the page of an application that has
 * no form of its own links to.
 *
 * Read beside: ../routes/login.ts, #shared/page-layout.ts, #shared/page-parts.ts (the same fields are in edge-proxy/public/index.html)
 * Pure: values in, text out.
 */
import { html } from '#shared/html.ts'
import { both, layout } from '#shared/page-layout.ts'
import { loginFields } from '#shared/page-parts.ts'

/** @param username as it was typed, to be corrected; the password is never sent back */
export function loginPage(status: number, detail: string, username: string): string {
  return loginFormPage({ action: '/login', username, trouble: { status, detail } })
}

export interface LoginFormPage {
  /** Where the form is sent. */
  readonly action: string
  readonly username?: string
  /** The error of the attempt before, if there was one. */
  readonly trouble?: { readonly status: number; readonly detail: string }
}

/** The same form for another address, with or without an error. */
export function loginFormPage({ action, username = '', trouble }: LoginFormPage): string {
  return layout(
    'Entrar',
    html`<section class="card account" aria-labelledby="login-title">
        <h1 id="login-title">${both('Entrar', 'Log in')}</h1>
        ${trouble && alert(trouble)}
        <form action="${action}" method="post">
          ${loginFields(username)}
          <button class="primary" type="submit">${both('Entrar', 'Log in')}</button>
        </form>
        <p><a href="/">${both('Voltar ao início', 'Back to the start')}</a></p>
      </section>`,
  )
}

function alert({ status, detail }: { readonly status: number; readonly detail: string }) {
  return html`<p class="trouble" role="alert">${explain(status)}${status === 401 ? undefined : exactly(status, detail)}</p>`
}

/** The detail of the problem, such as the field or the number of seconds. It is in English, so it is shown only beside English. */
function exactly(status: number, detail: string) {
  return html`<small lang="en">${status}: ${detail}</small>`
}

/** 503 also means that too many logins are waiting. */
const UNAVAILABLE = {
  pt: 'No momento não é possível entrar: o Redis ou o MySQL está fora do ar, ou há logins demais ao mesmo tempo.',
  en: 'It is not possible to log in now: Redis or MySQL is down, or there are too many logins at once.',
}

function explain(status: number) {
  if (status === 401) return both('Usuário ou senha incorretos. ', 'User name or password is wrong. ')
  if (status === 429) return both('Muitas tentativas: espere um pouco. ', 'Too many attempts: wait a little. ')
  if (status === 503) return both(`${UNAVAILABLE.pt} `, `${UNAVAILABLE.en} `)
  return both('O servidor não aceitou o formulário. ', 'The server did not accept the form. ')
}
