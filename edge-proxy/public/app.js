/**
 * The page: log in, ask, see who answered. It asks once when it is opened, and after that only when somebody tells it to.
 *
 * Read beside: index.html; then ask.js → tally.js → report.js and chain.js (one question on its way to the screen)
 * Shell: events of the document in, requests to the edge out.
 */
import { nameOf, showAccount } from './account.js'
import { ask } from './ask.js'
import { drawChain, watchWidth } from './chain.js'
import { byId } from './dom.js'
import { say, watchLanguage } from './language.js'
import { showCommands } from './place.js'
import { showRecent, showTally, showTrouble, showVerdict } from './report.js'
import { runSeries, stopSeries } from './series.js'
import { count, emptyTally, since } from './tally.js'

/** @typedef {import('./ask.js').Exchange} Exchange */

/** Ten minutes of repeating, should everybody leave the room. */
const REPEAT_LIMIT = 600

let tally = emptyTally()
/** @type {import('./account.js').Profile | null} */
let profile = null
/** The log-in or the session that was refused: explained beside the form. @type {Exchange | undefined} */
let refused
/** The number of the last question that logged somebody in or out. */
let turn = 0

/** Everything on the page follows from `tally`, `profile` and `refused`. */
function show() {
  const last = tally.recent[0]
  showAccount(profile)
  showTrouble(byId('login-trouble'), refused)
  showTrouble(byId('trouble'), last === refused || last?.status === 401 ? undefined : last)
  showVerdict(last, profile && nameOf(profile.user))
  drawChain(byId('chain'), tally)
  showTally(tally)
  showRecent(tally)
}

/**
 * Asks, counts and shows the answer. A question that the user called off was never asked.
 *
 * @param {string} method
 * @param {string} path
 * @param {{ json?: unknown, signal?: AbortSignal }} [options]
 */
async function question(method, path, options) {
  const started = performance.now()
  const waiting = setInterval(() => {
    const seconds = Math.round((performance.now() - started) / 1000)
    byId('verdict').textContent = say('verdictWaiting', { seconds })
  }, 1000)
  const exchange = await ask(method, path, options)
  clearInterval(waiting)
  if (exchange.failure !== 'stopped') {
    tally = count(tally, exchange)
    takeNote(exchange)
  }
  show()
  return exchange
}

/** What an answer says about who is logged in. @param {Exchange} exchange */
function takeNote(exchange) {
  const { number, path, status, body } = exchange
  // What was asked before that was asked by somebody else, however late the answer comes.
  if (number < turn) return
  refused = undefined
  if (path === '/login' && status === 200) turn = number
  if (path === '/login' && status !== 200) refused = exchange
  if (path === '/perfil' && status === 200 && body?.user) profile = body
  if (path === '/perfil' && status === 401) {
    if (profile) refused = exchange
    profile = null
  }
  if (path === '/logout' && (status === 204 || status === 401)) {
    turn = number
    profile = null
  }
}

/** Whoever is logged in asks for the profile, anybody else for the state of the lab. @param {AbortSignal} [signal] */
function askAgain(signal) {
  return question('GET', profile ? '/perfil' : '/status', signal && { signal })
}

/** For who cannot see the drawing: one sentence at the end, not one for each question. @param {string | null} sentence */
function announce(sentence) {
  byId('announcement').textContent = sentence
}

byId('ask-once').addEventListener('click', async () => {
  stopSeries()
  await askAgain()
  announce(byId('verdict').textContent)
})

for (const { id, times, pause } of [
  { id: 'ask-twelve', times: 12, pause: 350 },
  { id: 'ask-on', times: REPEAT_LIMIT, pause: 1000 },
]) {
  byId(id).addEventListener('click', async () => {
    const before = tally
    const finished = await runSeries(byId(id), times, pause, askAgain)
    if (finished) announce(say('summary', since(before, tally)))
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

/**
 * Takes over a form that would work without this script. Pressed again before it is finished, it does nothing.
 *
 * @param {string} id of what holds the form
 * @param {(form: HTMLFormElement) => Promise<void>} send
 */
function onSubmit(id, send) {
  byId(id).addEventListener('submit', async event => {
    event.preventDefault()
    const form = /** @type {HTMLFormElement} */ (event.target)
    if (form.getAttribute('aria-busy') === 'true') return
    form.setAttribute('aria-busy', 'true')
    stopSeries()
    await send(form)
    form.removeAttribute('aria-busy')
  })
}

onSubmit('login', async form => {
  const { username, password } = Object.fromEntries(new FormData(form))
  const { status } = await question('POST', '/login', { json: { username, password } })
  // The next question already may go to another backend. It knows the session, for it asks the same Redis.
  if (status === 200) await question('GET', '/perfil')
  if (profile) form.reset()
  byId(profile ? 'profile-name' : 'password').focus()
})

onSubmit('profile', async () => {
  await question('POST', '/logout')
  if (profile) return
  announce(say('loggedOut'))
  byId('username').focus()
})

watchLanguage(show)
watchWidth(show)
showCommands(location)
for (const id of ['path', 'tally', 'recent']) byId(id).hidden = false
show()
// Only the servers know whether this browser is logged in: its cookie cannot be read from here (HttpOnly).
await question('GET', '/perfil')
