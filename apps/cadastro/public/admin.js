/**
 * The admin's part: logs in, lists and searches sign-ups, decides, and shows the queues.
 *
 * Read beside: index.html, admin-view.js (which draws the rows), requests.js
 * Touches the world: the document, the access API, timers.
 */
import { showQueues, showSignUps } from './admin-view.js'
import { byId, showText } from './dom.js'
import { onSubmit } from './forms.js'
import { language } from './language.js'
import { ask } from './requests.js'
import { say, statusWords } from './say.js'

/** Milliseconds between two looks at the list and the queues. */
const LOOK_EVERY = 2_000

/** @typedef {{ text: import('./words.js').Word, status: number }} AdminTrouble */

/** @type {any} the user that is logged in */
let user
/** @type {any} the body of `GET /cadastros` */
let found
/** @type {any} the body of `GET /filas` */
let queues
/** What is searched for; empty: those in review. */
let searched = ''
/** @type {AdminTrouble | undefined} */
let trouble
/** @type {AdminTrouble | undefined} */
let loginTrouble
/** @type {() => void} */
let changed = () => {}

const isAdmin = () => user?.role === 'admin'

export function showAdmin() {
  byId('login').hidden = user !== undefined
  byId('admin').hidden = user === undefined
  for (const id of ['list', 'queues']) byId(id).hidden = !isAdmin()
  showTrouble('login-trouble', loginTrouble)
  showTrouble('admin-trouble', trouble)
  if (user === undefined) return
  byId('admin-name').textContent = user.name
  byId('admin-role').textContent = say(language(), user.role === 'admin' ? 'admin' : 'aluno')
  byId('not-admin').hidden = isAdmin()
  if (!isAdmin()) return
  if (found !== undefined) showSignUps(found, { language: language(), searched, decide })
  if (queues !== undefined) showQueues(queues, { language: language(), resend })
}

/** @param {string} id @param {AdminTrouble | undefined} trouble */
function showTrouble(id, trouble) {
  byId(id).hidden = trouble === undefined
  const text = trouble ? say(language(), trouble.text, { status: statusWords(language(), trouble.status) }) : ''
  showText(id, text)
}

/** @param {string} path @param {'aprovacao' | 'recusa'} decision @param {string} nome */
async function decide(path, decision, nome) {
  const response = await ask('POST', `${path}/${decision}`)
  if (response.status === 200) {
    announce('decided', { nome, estado: say(language(), response.body.estado) })
    trouble = undefined
  } else fail(response, response.status === 409 ? 'otherDecision' : 'off')
  await look()
}

/** @param {string} id of a dead letter */
async function resend(id) {
  const response = await ask('POST', `/filas/mortas/${encodeURIComponent(id)}/reenvio`)
  if (response.status === 202) announce('resent')
  else fail(response)
  await look()
}

/** @param {import('./words.js').Word} text @param {Record<string, string>} [values] */
function announce(text, values) {
  byId('announcement').textContent = say(language(), text, values)
}

/** @param {import('./requests.js').ApiResponse} response @param {import('./words.js').Word} [text] */
function fail({ status }, text = 'off') {
  trouble = { text, status }
  if (status !== 401) return
  user = undefined
  loginTrouble = { text: 'sessionEnded', status }
}

/** The list and the queues. */
async function look() {
  const query = searched === '' ? 'estado=em-analise' : `busca=${encodeURIComponent(searched)}`
  const [list, counts] = await Promise.all([ask('GET', `/cadastros?${query}`), ask('GET', '/filas')])
  if (list.status === 200) found = list.body
  if (counts.status === 200) queues = counts.body
  const failed = [list, counts].find(({ status }) => status !== 200)
  if (failed === undefined) {
    if (trouble?.text !== 'otherDecision') trouble = undefined
  } else fail(failed, failed.status === 400 ? 'searchTooShort' : 'off')
  changed()
}

/** @param {HTMLFormElement} form */
async function logIn(form) {
  const { status, body } = await ask('POST', '/login', Object.fromEntries(new FormData(form)))
  user = status === 200 ? body.user : undefined
  loginTrouble =
    status === 200 ? undefined : { text: status === 401 ? 'wrongLogin' : status === 429 ? 'throttled' : 'off', status }
  if (status === 200) form.reset()
  changed()
  if (status === 200) byId('admin-name').focus()
  if (isAdmin()) await look()
}

async function logOut() {
  await ask('POST', '/logout')
  user = undefined
  found = undefined
  queues = undefined
  changed()
}

/** @param {HTMLFormElement} form */
async function search(form) {
  searched = String(new FormData(form).get('busca')).trim()
  await look()
}

/** Connects the forms, and looks again and again while an admin is logged in and the page is visible. @param {() => void} onChange */
export async function watchAdmin(onChange) {
  changed = onChange
  onSubmit('login', logIn)
  onSubmit('search-form', search)
  byId('log-out').addEventListener('click', () => void logOut())
  const { status, body } = await ask('GET', '/perfil')
  if (status === 200) user = body.user
  changed()
  for (;;) {
    if (isAdmin() && !document.hidden) await look()
    await new Promise(resolve => setTimeout(resolve, LOOK_EVERY))
  }
}
