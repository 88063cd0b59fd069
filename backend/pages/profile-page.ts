/**
 * The profile as a page: the user who is logged in, and the server that answered. A browser without JavaScript gets it after the login.
 *
 * Read beside: ../routes/perfil.ts, #shared/page-layout.ts
 * Pure: values in, text out.
 */

import { html } from '#shared/html.ts'
import { both, layout } from '#shared/page-layout.ts'
import type { User } from '../users/users.ts'

export interface Profile {
  readonly user: User
  /** The server that answered this request: `Servidor 2` … */
  readonly server: string
  readonly session: DescribedSession
}

export interface DescribedSession {
  /** The first characters of the session's key, which is a hash of its id: enough to see that it is the same session. */
  readonly key: string
  /** The server that created it. */
  readonly server: string
  readonly createdAt: string
  readonly expiresAt: string
  readonly store: 'redis' | 'memory'
}

export function profilePage({ user, server, session }: Profile): string {
  const warning = html`<p class="trouble" role="alert">${both(
    'As sessões estão na memória de cada servidor: os outros servidores não conhecem a sua.',
    'Sessions are kept in the memory of each server: the other servers do not have yours.',
  )}</p>`
  return layout(
    user.name,
    html`<section class="card account" aria-labelledby="profile-name">
        <p class="eyebrow">${both('Você entrou como', 'You are logged in as')}</p>
        <h1 id="profile-name">${user.name}</h1>
        ${session.store === 'memory' ? warning : undefined}
        <dl>
          <div><dt>${both('Servidor que respondeu', 'Server that answered')}</dt><dd id="server">${server}</dd></div>
          <div><dt>${both('Usuário', 'User name')}</dt><dd id="user">${user.username}</dd></div>
          <div><dt>${both('Papel', 'Role')}</dt><dd>${user.role}</dd></div>
          <div><dt>${both('Sessão criada por', 'Session created by')}</dt><dd>${session.server}</dd></div>
          <div><dt>${both('Criada em (UTC)', 'Created at (UTC)')}</dt><dd>${time(session.createdAt)}</dd></div>
          <div><dt>${both('Válida até (UTC)', 'Valid until (UTC)')}</dt><dd>${time(session.expiresAt)}</dd></div>
        </dl>
        <p>${both('Recarregue esta página e veja o servidor mudar.', 'Reload this page and see the server change.')}</p>
        <form action="/logout" method="post">
          <button type="submit">${both('Sair', 'Log out')}</button>
        </form>
        <form action="/logout" method="post">
          <input type="hidden" name="everywhere" value="1">
          <button type="submit">${both('Sair em todos os navegadores', 'Log out in all browsers')}</button>
        </form>
      </section>`,
  )
}

function time(instant: string): string {
  return instant.slice(0, 19).replace('T', ' ')
}
