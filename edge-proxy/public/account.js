/**
 * Who is logged in: the form, or the profile with its session.
 *
 * Read beside: index.html (#login, #profile), backend/routes (what `/perfil` answers)
 * Touches the world: the document.
 */
import { byId } from './dom.js'
import { language, say } from './language.js'

/** @typedef {{ user: any, server: string, session: any }} Profile as GET /perfil answers */

/** Shows the profile, or without one the form. @param {Profile | null} profile */
export function showAccount(profile) {
  byId('login').hidden = profile !== null
  byId('profile').hidden = profile === null
  if (profile === null) return
  const { user, server, session } = profile
  const isMemory = session?.store === 'memory'
  byId('profile-name').textContent = nameOf(user)
  byId('profile-role').textContent =
    user?.role === 'admin' || user?.role === 'aluno' ? say(user.role) : (user?.role ?? '—')
  byId('session-key').textContent = session?.key ?? '—'
  byId('session-server').textContent = [session?.server, time(session?.createdAt)].filter(Boolean).join(' · ')
  byId('session-expires').textContent = time(session?.expiresAt) ?? '—'
  byId('answered-by').textContent = server ?? '—'
  byId('memory-sessions').hidden = !isMemory
  byId('memory-sessions').textContent = isMemory ? say('memorySessions') : ''
}

/** What to call a user. @param {any} user @returns {string} */
export function nameOf(user) {
  return user?.name || user?.username || '?'
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
