/**
 * The account card: the log-in form, or the profile with its session.
 *
 * Read beside: index.html (#login, #profile), backend/routes (the body of `GET /perfil`)
 * Touches the world: the document.
 */
import { byId } from './dom.js'
import { language } from './language.js'
import { translate } from './translate.js'

/** @typedef {{ user: any, server: string, session: any }} UserProfile the body of GET /perfil; `session` is null until it has answered */

/**
 * Shows the profile, or the form when there is none.
 *
 * @param {UserProfile | null} profile
 * @param {ReadonlyMap<string, string>} titles backend1 → Servidor 1
 */
export function showAccount(profile, titles) {
  byId('login').hidden = profile !== null
  byId('profile').hidden = profile === null
  if (profile === null) return
  const { user, server, session } = profile
  const inMemory = session?.store === 'memory'
  byId('profile-name').textContent = nameOf(user)
  byId('profile-role').textContent =
    user?.role === 'admin' || user?.role === 'aluno' ? translate(user.role) : (user?.role ?? '—')
  byId('session-key').textContent = session?.key ?? '—'
  const creator = session && machineOf(session.server, titles)
  byId('session-server').textContent = [creator, time(session?.createdAt)].filter(Boolean).join(' · ') || '—'
  byId('session-expires').textContent = time(session?.expiresAt) ?? '—'
  const machine = machineOf(server, titles)
  byId('answered-by').textContent = machine === server ? (server ?? '—') : `${machine} (${server})`
  byId('memory-sessions').hidden = !inMemory
  byId('memory-sessions').textContent = inMemory ? translate('memorySessions') : ''
}

/** The name of a user for people. @param {any} user @returns {string} */
export function nameOf(user) {
  return user?.name || user?.username || '?'
}

/**
 * The machine that calls itself by a title: `Servidor 2` → `backend2`. An unknown title is returned as it is.
 *
 * @param {string} title
 * @param {ReadonlyMap<string, string>} titles
 * @returns {string}
 */
export function machineOf(title, titles) {
  const known = [...titles].find(([, other]) => other === title)?.[0]
  return known ?? title?.replace(/^Servidor (\d+)$/, 'backend$1')
}

/**
 * The time of day, to the second.
 *
 * @param {unknown} instant ISO 8601, or milliseconds since 1970
 * @returns {string | undefined}
 */
function time(instant) {
  const date = typeof instant === 'string' || typeof instant === 'number' ? new Date(instant) : null
  if (date === null || Number.isNaN(date.getTime())) return undefined
  return new Intl.DateTimeFormat(language(), { timeStyle: 'medium' }).format(date)
}
