/**
 * The page: log in, send requests, see which server answered. It sends one request when it is opened, and afterwards only on request.
 *
 * Read beside: index.html; then send-request.js → tally.js → report.js and chain.js (one request on its way to the screen)
 * Shell: events of the document in, requests to the edge out.
 */
import { nameOf, showAccount } from './account.js'
import { drawChain, showWaiting, watchWidth } from './chain.js'
import { byId } from './dom.js'
import { onSubmit } from './forms.js'
import { watchLanguage } from './language.js'
import { showCommands } from './page-address.js'
import { pageLoad } from './page-load.js'
import { showMachinesOff, showRecent, showTally, showTrouble, showVerdict } from './report.js'
import { sendRequest } from './send-request.js'
import { runSeries, stopSeries } from './series.js'
import { count, emptyTally, since } from './tally.js'
import { translate } from './translate.js'

/** @typedef {import('./send-request.js').PageRequest} PageRequest */

/** A series of one request a second ends after ten minutes, in case the room is empty by then. */
const SERIES_LIMIT = 600

let tally = emptyTally()
/** @type {import('./account.js').UserProfile | null} */
let profile = null
/** The backend that created the session, when this page has seen it. @type {string | undefined} */
let creator
/** The log-in or the session that was refused: explained beside the form. @type {PageRequest | undefined} */
let refused
/** The number of the last request that logged a user in or out. */
let lastChange = 0

/** Everything on the page follows from `tally`, `profile`, `creator` and `refused`. */
function show() {
  document.title = translate('title')
  const last = tally.recent[0]
  showAccount(profile, tally.titles)
  showTrouble(byId('login-trouble'), refused, creator)
  showTrouble(byId('trouble'), last === refused ? undefined : last, creator)
  showMachinesOff(tally)
  showVerdict(last, profile && nameOf(profile.user))
  drawChain(byId('chain'), tally)
  showTally(tally)
  showRecent(tally)
}

/**
 * Sends a request, counts it and shows its response. A request that the user stopped is not counted.
 *
 * @param {string} method
 * @param {string} path
 * @param {{ json?: unknown, signal?: AbortSignal }} [options]
 */
async function request(method, path, options) {
  const started = performance.now()
  showWaiting(byId('chain'), true)
  const seconds = setInterval(() => {
    const seconds = Math.round((performance.now() - started) / 1000)
    byId('verdict').textContent = translate('verdictWaiting', { seconds })
  }, 1000)
  const response = await sendRequest(method, path, options)
  clearInterval(seconds)
  showWaiting(byId('chain'), false)
  const result = { ...response, anonymous: isAnonymous(response) }
  if (result.failure !== 'stopped') {
    updateSession(result)
    tally = count(tally, result)
  }
  show()
  return result
}

/** Whether a 401 only means that no user was logged in when the request was sent. @param {PageRequest} response */
function isAnonymous({ number, path, status, body }) {
  return (
    path === '/perfil' && status === 401 && body?.sessions !== 'memory' && (profile === null || number < lastChange)
  )
}

/** Who is logged in after a response. @param {PageRequest} result */
function updateSession(result) {
  const { number, path, status, servedBy, body } = result
  // A request that was sent before the last log-in or log-out says nothing about the state after it, however late its response is.
  if (number < lastChange) return
  refused = undefined
  if (path === '/login' && status === 200) {
    lastChange = number
    creator = servedBy.backend
    profile = { user: body?.user, server: body?.server, session: null }
  }
  if (path === '/login' && status !== 200) refused = result
  if (path === '/perfil' && status === 200 && body?.user) profile = body
  // A session in memory still exists: the backend that created it answers 200 when its turn comes.
  if (path === '/perfil' && status === 401 && body?.sessions !== 'memory') {
    if (profile) refused = result
    profile = null
  }
  if (path === '/logout' && (status === 204 || status === 401)) {
    lastChange = number
    profile = null
  }
}

/** The profile when a user is logged in, otherwise the state of the lab. @param {AbortSignal} [signal] */
function requestAgain(signal) {
  return request('GET', profile ? '/perfil' : '/status', signal && { signal })
}

/** For screen readers: one sentence at the end of a series, not one for each request. @param {string | null} sentence */
function announce(sentence) {
  byId('announcement').textContent = sentence
}

byId('send-one').addEventListener('click', async () => {
  stopSeries()
  await requestAgain()
  announce(byId('verdict').textContent)
})

for (const { id, times, pause } of [
  { id: 'send-twelve', times: 12, pause: 350 },
  { id: 'send-each-second', times: SERIES_LIMIT, pause: 1000 },
]) {
  byId(id).addEventListener('click', async () => {
    const before = tally
    const finished = await runSeries(byId(id), times, pause, requestAgain)
    if (finished) announce(translate('summary', since(before, tally)))
  })
}

byId('clear').addEventListener('click', () => {
  stopSeries()
  tally = emptyTally()
  show()
})

for (const link of document.querySelectorAll('a[href="#same-frontend"]')) {
  link.addEventListener('click', () => {
    byId('same-frontend').setAttribute('open', '')
  })
}

onSubmit('login', async form => {
  stopSeries()
  const { username, password } = Object.fromEntries(new FormData(form))
  const { status } = await request('POST', '/login', { json: { username, password } })
  // This request may reach another backend, which finds the session in the same Redis.
  if (status === 200) await request('GET', '/perfil')
  if (profile) form.reset()
  byId(profile ? 'profile-name' : 'password').focus()
})

onSubmit('profile', async () => {
  stopSeries()
  await request('POST', '/logout')
  if (profile) return
  announce(translate('loggedOut'))
  byId('username').focus()
})

watchLanguage(show)
watchWidth(show)
showCommands(location)
for (const id of ['path', 'tally', 'recent']) byId(id).hidden = false
const load = pageLoad()
if (load) tally = count(tally, load)
show()
// The cookie cannot be read from here (HttpOnly), so a request has to find out whether this browser is logged in.
await request('GET', '/perfil')
