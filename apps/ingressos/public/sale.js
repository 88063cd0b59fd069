/**
 * The page of the sale: what the person does becomes one small request each, and a request without a response is sent again with the same
 * key. The place in the line is kept on the server, so a connection that breaks loses nothing.
 *
 * Read beside: index.html, steps.js (what is shown when), requests.js; edge-proxy/public/dom.js, forms.js and language.js
 * Touches the world: the document, the network, sessionStorage, timers.
 */
import { byId, createElement, redraw, showText } from './dom.js'
import { onSubmit } from './forms.js'
import { language, watchLanguage } from './language.js'
import { forgetKey, keyFor, sendRequest } from './requests.js'
import { say } from './say.js'
import { emptyListText, refusalIn, seatsOf, stepOf, troubleIn } from './steps.js'

/** Milliseconds between two looks at the line; a third of the limit of requests of a user would be 300. */
const LOOK_EVERY = 2_000
const SECOND = 1_000

/** @typedef {import('./steps.js').Sentence} Sentence */

/** @type {import('./steps.js').SaleState} */
const state = { loggedIn: false, event: null, standing: null, reservation: null, secondsLeft: 0 }
/** What is wrong with the sale, as of the last requests. @type {Sentence | null} */
let trouble = null
/** Why the last action of the person was refused. @type {Sentence | null} */
let refusal = null
/** @type {Sentence | null} */
let loginTrouble = null
/** The X-Served-By of the last response. */
let servedBy = ''
/** Milliseconds that the clock of the server is ahead of the one of this machine. */
let ahead = 0
/** The step that was announced last. @type {string | undefined} */
let announced
/** As of GET /eventos; undefined before the first response, null when the list did not come. @type {any[] | null | undefined} */
let events

/** A sentence in the chosen language. @param {Sentence} sentence */
function textOf({ text, values }) {
  return say(language(), text, values)
}

/** Shows a sentence, or nothing. @param {string} id @param {Sentence | null} sentence */
function show(id, sentence) {
  byId(id).hidden = sentence === null
  if (sentence !== null) showText(id, textOf(sentence))
}

/** @param {(Sentence | null)[]} troubles */
function firstOf(troubles) {
  return troubles.find(found => found !== null) ?? null
}

/** @param {string} method @param {string} path @param {{ json?: unknown, key?: string }} [options] */
async function ask(method, path, options) {
  const response = await sendRequest(method, path, options)
  if (response.date !== undefined) ahead = response.date - Date.now()
  if (response.servedBy) servedBy = response.servedBy
  if (response.status === 401) state.loggedIn = false
  return { ...response, trouble: troubleIn(response.status) }
}

function render() {
  const step = stepOf(state)
  document.title = say(language(), 'title')
  byId('login').hidden = state.loggedIn
  byId('mine').hidden = !state.loggedIn
  byId('event').hidden = state.event === null
  for (const id of ['join', 'reserve', 'buy']) byId(id).hidden = step.form !== id
  show('trouble', refusal ?? trouble)
  show('login-trouble', loginTrouble)
  show('path', servedBy === '' ? null : { text: 'servedBy', values: { path: servedBy } })
  drawEvents()
  if (state.event === null) return
  byId('event-name').textContent = state.event.nome
  show('seats', seatsOf(state.event))
  show('turn', step)
  announce(step)
}

/** A screen reader reads each step once, when it begins: its seconds change too often. @param {import('./steps.js').Step} step */
function announce(step) {
  if (step.text === announced) return
  announced = step.text
  show('announcement', step)
}

/** The seats of the chosen event are newer than those of the list. */
function drawEvents() {
  const empty = emptyListText(events)
  show('no-events', empty && { text: empty, values: {} })
  const items = (events ?? []).map(listed => {
    const chosen = listed.id === state.event?.id
    const event = chosen ? state.event : listed
    const button = createElement('button', '', event.nome, createElement('small', '', textOf(seatsOf(event))))
    button.setAttribute('type', 'button')
    button.setAttribute('aria-current', String(chosen))
    button.id = `event-${event.id}`
    button.addEventListener('click', () => void choose(event))
    return createElement('li', '', button)
  })
  redraw(byId('events'), ...items)
}

/** Ends an action, or a look: one trouble for all its requests, so that a good response does not hide an error before it. @param {(Sentence | null)[]} troubles */
function settle(...troubles) {
  trouble = firstOf(troubles)
  render()
}

/** @returns {Promise<Sentence | null>} the trouble */
async function listEvents() {
  const { status, body, trouble } = await ask('GET', '/eventos')
  events = status === 200 ? body.eventos : null
  return trouble
}

/** @returns {Promise<Sentence | null>} the trouble */
async function listTickets() {
  const { status, body, trouble } = await ask('GET', '/ingressos')
  if (status === 200) {
    state.loggedIn = true
    const items = body.ingressos.map((/** @type {any} */ { codigo, evento }) => {
      return createElement('li', '', createElement('code', '', codigo), evento)
    })
    byId('no-tickets').hidden = items.length > 0
    byId('tickets').replaceChildren(...items)
  }
  return trouble
}

/** The seats, and the place in the line. @returns {Promise<Sentence | null>} the first trouble */
async function look() {
  const troubles = []
  if (!events?.length) troubles.push(await listEvents())
  if (state.event !== null) {
    const path = `/eventos/${state.event.id}`
    const event = await ask('GET', path)
    troubles.push(event.trouble)
    if (event.status === 200) state.event = event.body
    if (state.loggedIn && state.reservation === null) {
      const line = await ask('GET', `${path}/fila`)
      troubles.push(line.trouble)
      if (line.status === 200) state.standing = line.body
      if (line.status === 404) state.standing = null
    }
  }
  return firstOf(troubles)
}

/** @param {any} event */
async function choose(event) {
  Object.assign(state, { event, standing: null, reservation: null })
  refusal = null
  settle(await look())
  byId('event-name').focus()
}

async function join() {
  refusal = null
  const { status, body, trouble } = await ask('POST', `/eventos/${state.event?.id}/fila`)
  if (status === 200) Object.assign(state, { standing: body, reservation: null })
  settle(trouble)
}

/** @param {HTMLFormElement} form */
async function reserve(form) {
  const quantidade = Number(new FormData(form).get('quantidade'))
  const action = `reserve ${state.event?.id} ${quantidade}`
  const { status, body, trouble } = await ask('POST', `/eventos/${state.event?.id}/reservas`, {
    json: { quantidade },
    key: keyFor(action),
  })
  // With an answer the action is over: the next click is another one. Without an answer the key stays, and nothing happens twice.
  if (status > 0 && status < 500) forgetKey(action)
  if (status === 201) state.reservation = body
  refusal = refusalIn(status, body)
  tick()
  settle(trouble, await look())
}

async function buy() {
  const { reservation } = state
  if (reservation === null) return
  refusal = null
  const action = `buy ${reservation.id}`
  const { status, trouble } = await ask('POST', `/reservas/${reservation.id}/compra`, { key: keyFor(action) })
  if (status > 0 && status < 500) forgetKey(action)
  if (status === 201 || status === 410 || status === 409) Object.assign(state, { reservation: null, standing: null })
  settle(trouble, await listTickets(), await look())
}

async function giveBack() {
  refusal = null
  const { status, trouble } = await ask('DELETE', `/reservas/${state.reservation?.id}`)
  if (status === 204 || status === 410) state.reservation = null
  settle(trouble, await look())
}

/** @param {HTMLFormElement} form */
async function logIn(form) {
  const { username, password } = Object.fromEntries(new FormData(form))
  const { status, trouble } = await ask('POST', '/login', { json: { username, password } })
  const why = trouble ?? { text: status === 401 ? 'wrong' : 'unavailable', values: { status } }
  loginTrouble = status === 200 ? null : why
  if (status === 200) state.loggedIn = true
  settle(status === 200 ? await listTickets() : null, await look())
}

/** The countdown, by the clock of the server. */
function tick() {
  const { reservation } = state
  if (reservation === null) return
  state.secondsLeft = Math.max(0, Math.ceil((Date.parse(reservation.expiraEm) - Date.now() - ahead) / SECOND))
  render()
}

watchLanguage(render)
onSubmit('join', join)
onSubmit('reserve', reserve)
onSubmit('buy', buy)
onSubmit('login', logIn)
byId('give-back').addEventListener('click', () => void giveBack())
setInterval(tick, SECOND)
setInterval(() => {
  if (!document.hidden) void look().then(settle)
}, LOOK_EVERY)
settle(await listEvents(), await listTickets())
