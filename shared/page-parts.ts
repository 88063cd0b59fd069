/**
 * What all pages have in common, written once: the first elements of `<head>`, the language switch and the login form.
 *
 * A file `index.html` in a folder `public/` names a part in a comment, such as `<!-- part: languages -->`; the comment is replaced when the
 * file is read. Pages that a server renders use the same parts through page-layout.ts.
 *
 * Read beside: page-layout.ts, edge-proxy/static/load.ts (which fills the parts in), edge-proxy/public/language.js and forms.js
 * Pure: text in, text out.
 */
import { type Html, html } from './html.ts'

/** One text in both languages; style.css hides one of them. */
export function both(portuguese: string, english: string): Html {
  return html`<span lang="pt-BR">${portuguese}</span><span lang="en">${english}</span>`
}

export const head = html`<meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <link rel="icon" type="image/svg+xml" href="/favicon.svg">
    <link rel="stylesheet" href="/colours.css">
    <link rel="stylesheet" href="/style.css">`

/** Two radio buttons: style.css is enough for the switch, and language.js keeps the choice. */
export const languages = html`<fieldset class="languages">
        <legend class="unseen">${both('Idioma', 'Language')}</legend>
        <label><input type="radio" name="language" value="pt-BR" id="choose-pt" checked><span lang="pt-BR" class="always">Português</span></label>
        <label><input type="radio" name="language" value="en" id="choose-en"><span lang="en" class="always">English</span></label>
      </fieldset>`

/** User name and password. @param username as it was typed before; unless it is empty, the cursor is in the other field */
export function loginFields(username?: string): Html {
  const focus = html`${username ? ' autofocus' : ''}`
  return html`<p class="field">
            <label for="username">${both('Usuário', 'User name')}</label>
            <input id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="256" value="${username ?? ''}" required>
          </p>
          <p class="field">
            <label for="password">${both('Senha', 'Password')}</label>
            <input id="password" name="password" type="password" autocomplete="current-password" maxlength="256" required${focus}>
          </p>`
}

/** Users that db/init.sql creates. */
const seededUsers = (...names: string[]): Html => html`<div class="hint">
          <p>${both('Para experimentar:', 'To try it:')}</p>
          <ul>${names.map(
            name => html`
            <li><code>${name}</code> / <code>${name}-no-laboratorio</code></li>`,
          )}
          </ul>
        </div>`

/** The card with the login form. A script shows an error in `#login-trouble`; without scripts the server answers with a page. */
const loginCard = (
  title: Html,
  ...users: string[]
): Html => html`<section class="card account" id="login" aria-labelledby="login-title">
        <h2 id="login-title">${title}</h2>
        <form action="/login" method="post">
          ${loginFields()}
          <p class="trouble" id="login-trouble" role="alert" hidden></p>
          <button class="primary" type="submit">${both('Entrar', 'Log in')}</button>
        </form>
        ${seededUsers(...users)}
      </section>`

const login = loginCard(both('Entrar', 'Log in'), 'ana', 'bruno')
/** For a page whose visitors need no account: only the people who decide log in. */
const loginOfAdmins = loginCard(both('Entrar para administrar', 'Log in to administer'), 'ana')

const PARTS: ReadonlyMap<string, Html> = new Map(
  Object.entries({ head, languages, login, 'login of admins': loginOfAdmins }),
)

/** A document with its parts in place of the comments that name them. @throws Error for a part that does not exist */
export function withParts(document: string): string {
  return document.replaceAll(/<!-- part: (.*?) -->/g, (_, name: string) => {
    const part = PARTS.get(name)
    if (part === undefined) throw new Error(`<!-- part: ${name} -->: the parts are ${[...PARTS.keys()].join(', ')}`)
    return part.text
  })
}
