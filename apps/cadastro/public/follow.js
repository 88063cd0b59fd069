/**
 * The sign-up of this browser: it is sent, and its state is asked again until it is decided. Its id is kept for the next visit.
 *
 * Read beside: index.html, place.js (what is shown), requests.js
 * Touches the world: the document, the access API, the storage of the browser, timers.
 */
import { byId, createElement, showText } from './dom.js'
import { language } from './language.js'
import { placeOf, refusalOf, stepsOf } from './place.js'
import { ask } from './requests.js'
import { say, statusWords } from './say.js'
import { recall, remember } from './storage.js'

const KEY = 'cadastro'
/** Milliseconds between two looks. */
const LOOK_EVERY = 1_000

/** @type {import('./requests.js').ApiResponse} */
let last = { status: 0, body: undefined }
/** The sign-up as of the last response 200: its steps stay visible while there is no response. @type {any} */
let known
/** @type {{ text: import('./words.js').Word, field: string, status: number } | undefined} */
let trouble

export function showMine() {
  const chosen = language()
  const id = recall(KEY)
  const place = placeOf(id, last)
  const steps = stepsOf(known).map(({ state, at, by }) => {
    const name = say(chosen, /** @type {import('./words.js').Word} */ (state))
    const item = createElement('li', '', createElement('strong', '', name))
    if (at !== '') {
      item.className = state === 'recusado' ? 'reached refused' : 'reached'
      item.append(createElement('small', '', say(chosen, 'step', { em: timeOf(at, chosen), por: by })))
    }
    return item
  })
  byId('way').replaceChildren(...steps)
  showText('place', say(chosen, place.text, { ...place.values, status: statusWords(chosen, last.status) }))
  byId('place-command').hidden = place.command === ''
  byId('place-command').replaceChildren(createElement('code', '', place.command))
  byId('go-on').hidden = place.text !== 'placeApproved'
  byId('mine-id').hidden = id === null
  showText('mine-id', say(chosen, 'mineId', { id: id ?? '' }))
  byId('sign-up-trouble').hidden = trouble === undefined
  showText('sign-up-trouble', trouble ? say(chosen, trouble.text, { status: statusWords(chosen, trouble.status) }) : '')
  for (const field of ['username', 'nome', 'email', 'password']) {
    byId(`sign-up-${field}`).setAttribute('aria-invalid', String(trouble?.field === field))
  }
}

/** The time of day, to the second. @param {string} instant @param {string} language */
export function timeOf(instant, language) {
  return new Intl.DateTimeFormat(language, { timeStyle: 'medium' }).format(new Date(instant))
}

/** @param {HTMLFormElement} form */
export async function sendSignUp(form) {
  const response = await ask('POST', '/cadastros', Object.fromEntries(new FormData(form)))
  trouble = response.status === 202 ? undefined : { ...refusalOf(response), status: response.status }
  if (trouble?.field) byId(`sign-up-${trouble.field}`).focus()
  if (trouble !== undefined) return
  remember(KEY, response.body.id)
  known = undefined
  form.reset()
  await look()
}

async function look() {
  const id = recall(KEY)
  if (id === null) return
  last = await ask('GET', `/cadastros/${encodeURIComponent(id)}`)
  if (last.status === 200) known = last.body
  if (last.status === 404) known = undefined
}

/** Looks again and again, while the page is visible and the sign-up is not decided. @param {() => void} changed */
export async function followMine(changed) {
  for (;;) {
    const id = recall(KEY)
    if (id !== null && !document.hidden && !(last.body?.id === id && placeOf(id, last).final)) {
      await look()
      changed()
    }
    await new Promise(resolve => setTimeout(resolve, LOOK_EVERY))
  }
}
