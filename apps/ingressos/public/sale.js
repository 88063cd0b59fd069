/**
 * The page of the sale: what the person does becomes one small request each, and a request without a response is sent again with the same
 * key. The place in the line is kept on the server, so a connection that breaks loses nothing.
 *
 * Read beside: index.html, steps.js (what is shown when), requests.js; edge-proxy/public/dom.js, forms.js and language.js
 * Touches the world: the document, the network, sessionStorage, timers.
 */
import { byId, createElement, redraw } from './dom.js'
import { onSubmit } from './forms.js'
import { language, watchLanguage } from './language.js'
import { forgetKey, keyFor, sendRequest } from './requests.js'
import { bothTexts, stepOf, textOf, troubleIn } from './steps.js'

/** Milliseconds between two looks at the line; a third of the limit of requests of a user would be 300. */
const LOOK_EVERY = 2_000
const SECOND = 1_000

/** @type {import('./steps.js').SaleState} */
const state = { loggedIn: false, event: null, standing: null, reservation: null, trouble: null, secondsLeft: 0 }
/** Milliseconds that the clock of the server is ahead of the one of this machine. */
let ahead = 0
/** The step that was announced last. @type {string | undefined} */
let announced
/** As of GET /eventos; undefined before the first response, null when the list did not come. @type {any[] | null | undefined} */
let events

/** @param {readonly [string, string]} text */
function spansOf(text) {
  return bothTexts(text).map(({ lang, words }) => {
    const span = createElement('span', '', words)
    span.lang = lang
    return span
  })
}

/** Draws a text only when it has changed, so that a screen reader does not read it again. @param {string} id @param {readonly [string, string]} text */
function show(id, text) {
  redraw(byId(id), ...spansOf(text))
}

/** @param {string} method @param {string} path @param {{ json?: unknown, key?: string }} [options] */
async function ask(method, path, options) {
  const response = await sendRequest(method, path, options)
  if (response.date !== undefined) ahead = response.date - Date.now()
  if (response.servedBy) show('path', textOf('servedBy', { path: response.servedBy }))
  state.trouble = troubleIn(response.status, response.body)
  if (response.status === 401) state.loggedIn = false
  return response
}

function render() {
  const step = stepOf(state)
  document.title = textOf('title')[language() === 'en' ? 1 : 0]
  byId('login').hidden = state.loggedIn
  byId('mine').hidden = !state.loggedIn
  byId('event').hidden = state.event === null
  for (const id of ['join', 'reserve', 'buy']) byId(id).hidden = step.form !== id
  const trouble = state.trouble ?? (events === null ? troubleIn(0, null) : null)
  byId('trouble').hidden = trouble === null
  if (trouble !== null) show('trouble', textOf(trouble.text, trouble.values))
  drawEvents()
  if (state.event === null) return
  byId('event-name').textContent = state.event.nome
  show('seats', textOf('seats', seatsOf(state.event)))
  show('turn', textOf(step.text, step.values))
  announce(step)
}

/** A screen reader reads each step once, when it begins: its seconds change too often. @param {import('./steps.js').Step} step */
function announce({ text, values }) {
  if (text === announced) return
  announced = text
  show('announcement', textOf(text, values))
}

/** @param {any} event */
function seatsOf({ disponiveis, total }) {
  return { left: disponiveis, total }
}

async function listEvents() {
  const { status, body } = await ask('GET', '/eventos')
  events = status === 200 ? body.eventos : null
  render()
}

/** The seats of the chosen event are newer than those of the list. */
function drawEvents() {
  if (!events) return
  const items = events.map(listed => {
    const event = listed.id === state.event?.id ? state.event : listed
    const seats = createElement('small', '', ...spansOf(textOf('seats', seatsOf(event))))
    const button = createElement('button', '', event.nome, seats)
    button.setAttribute('type', 'button')
    button.id = `event-${event.id}`
    button.addEventListener('click', () => void choose(event))
    return createElement('li', '', button)
  })
  byId('no-events').hidden = items.length > 0
  redraw(byId('events'), ...items)
}

/** @param {any} event */
async function choose(event) {
  Object.assign(state, { event, standing: null, reservation: null })
  await look()
  byId('event-name').focus()
}

async function listTickets() {
  const { status, body } = await ask('GET', '/ingressos')
  if (status === 200) {
    state.loggedIn = true
    const items = body.ingressos.map((/** @type {any} */ { codigo, evento }) => {
      return createElement('li', '', createElement('code', '', codigo), ` ${evento}`)
    })
    byId('no-tickets').hidden = items.length > 0
    byId('tickets').replaceChildren(...items)
  }
  render()
}

/** The seats, and the place in the line. */
async function look() {
  if (!events) await listEvents()
  if (state.event === null) return
  const { id } = state.event
  const event = await ask('GET', `/eventos/${id}`)
  if (event.status === 200) state.event = event.body
  if (state.loggedIn && state.reservation === null) {
    const line = await ask('GET', `/eventos/${id}/fila`)
    if (line.status === 200) state.standing = line.body
    if (line.status === 404) state.standing = null
  }
  render()
}

async function join() {
  const { status, body } = await ask('POST', `/eventos/${state.event?.id}/fila`)
  if (status === 200) Object.assign(state, { standing: body, reservation: null })
  render()
}

/** @param {HTMLFormElement} form */
async function reserve(form) {
  const quantidade = Number(new FormData(form).get('quantidade'))
  const action = `reserve ${state.event?.id} ${quantidade}`
  const { status, body } = await ask('POST', `/eventos/${state.event?.id}/reservas`, {
    json: { quantidade },
    key: keyFor(action),
  })
  // With an answer the action is over: the next click is another one. Without an answer the key stays, and nothing happens twice.
  if (status > 0 && status < 500) forgetKey(action)
  if (status === 201) state.reservation = body
  tick()
  const few = troubleIn(status, body)
  await look()
  // The answers to the requests of look() say nothing about the quantity.
  if (few !== null) state.trouble ??= few
  render()
}

async function buy() {
  const { reservation } = state
  if (reservation === null) return
  const action = `buy ${reservation.id}`
  const { status } = await ask('POST', `/reservas/${reservation.id}/compra`, { key: keyFor(action) })
  if (status > 0 && status < 500) forgetKey(action)
  if (status === 201 || status === 410 || status === 409) Object.assign(state, { reservation: null, standing: null })
  await listTickets()
  await look()
}

async function giveBack() {
  const { status } = await ask('DELETE', `/reservas/${state.reservation?.id}`)
  if (status === 204 || status === 410) state.reservation = null
  await look()
}

/** @param {HTMLFormElement} form */
async function logIn(form) {
  const { username, password } = Object.fromEntries(new FormData(form))
  const { status } = await ask('POST', '/login', { json: { username, password } })
  byId('login-trouble').hidden = status === 200
  if (status !== 200) show('login-trouble', textOf(status === 401 ? 'wrong' : 'connection'))
  if (status === 200) {
    state.loggedIn = true
    await listTickets()
  }
  await look()
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
  if (!document.hidden) void look()
}, LOOK_EVERY)
await listEvents()
await listTickets()
