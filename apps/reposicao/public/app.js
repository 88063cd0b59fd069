/**
 * The page of reposicao: logs in, sends an order, and shows the tickets as they change.
 *
 * Read beside: index.html, sign-in.js, tickets-api.js, ticket-view.js; edge-proxy/public/dom.js, forms.js and language.js
 * Touches the world: the document, the two APIs.
 */
import { byId, showText } from './dom.js'
import { onSubmit } from './forms.js'
import { language, watchLanguage } from './language.js'
import { say } from './say.js'
import { accessToken, beginSignIn, finishSignIn, person, signOut } from './sign-in.js'
import { showTickets, timeOf } from './ticket-view.js'
import { askTickets, followNotices, SignedOut } from './tickets-api.js'
import { isWord } from './words.js'

const URGENCIES = /** @type {const} */ (['baixa', 'normal', 'media', 'alta', 'urgente'])
/** Milliseconds between two requests for the list, until it has come. */
const LOAD_EVERY = 2_000
/** Survives a reload, so that the page asks for new tokens by itself. */
const WAS_SIGNED_IN = 'was-signed-in'

/** @type {Map<string, any>} by id, newest first */
let tickets = new Map()
/** Whether the list was read. Until then it is asked for again and again. @type {'no' | 'asked' | 'yes'} */
let isLoaded = 'no'
/** Which machines accepted the last order. @type {string | undefined} */
let acceptedBy
/** @type {{ name: import('./words.js').Word, values: Record<string, string> } | undefined} */
let trouble
let isLive = false
let following = new AbortController()

/** @param {import('./words.js').Word} name @param {Record<string, string>} [values] */
function complain(name, values = {}) {
  trouble = { name, values }
  show()
}

function show() {
  const someone = person()
  document.title = say(language(), 'title')
  byId('trouble').hidden = trouble === undefined
  showText('trouble', trouble ? say(language(), trouble.name, trouble.values) : '')
  byId('signed-out').hidden = someone !== undefined
  for (const id of ['side', 'list']) byId(id).hidden = someone === undefined
  showUrgencies()
  if (someone === undefined) return
  byId('person-name').textContent = someone.username
  byId('person-role').textContent = say(language(), someone.isPharmacy ? 'pharmacy' : 'ward')
  byId('token-end').textContent = timeOf(someone.endsAt, language())
  byId('live').textContent = say(language(), isLive ? 'liveOn' : 'liveOff')
  byId('order-answer').textContent = acceptedBy === undefined ? '' : say(language(), 'accepted', { by: acceptedBy })
  byId('empty').hidden = tickets.size > 0
  byId('empty').textContent = say(language(), isLoaded === 'yes' ? 'empty' : 'notLoaded')
  showTickets(byId('tickets'), [...tickets.values()], {
    isPharmacy: someone.isPharmacy,
    language: language(),
    act: take,
  })
}

function showUrgencies() {
  const select = /** @type {HTMLSelectElement} */ (byId('urgencia'))
  const chosen = select.value || 'normal'
  select.replaceChildren(...URGENCIES.map(name => new Option(say(language(), name), name, false, name === chosen)))
}

/** Does what the person asked for: what went wrong before is no longer shown. @param {() => Promise<void>} work */
async function act(work) {
  trouble = undefined
  await attempt(work)
}

/** Does something that may fail, and says why it did. The error of another attempt stays visible. @param {() => Promise<void>} work */
async function attempt(work) {
  try {
    await work()
  } catch (error) {
    if (error instanceof SignedOut) complain('signedOut')
    else {
      console.warn(error)
      complain('off')
    }
  }
  show()
}

/** @param {Response} response */
function refusal({ status }) {
  if (status >= 500) complain('unavailable', { status: String(status) })
  else if (status === 409 || status === 412) complain('changedMeanwhile')
  else if (status === 403) complain('notAllowed')
  else complain('refused', { status: String(status) })
}

async function loadTickets() {
  isLoaded = 'asked'
  try {
    const response = await askTickets('/tickets?limite=50')
    if (!response.ok) return refusal(response)
    const { tickets: found } = await response.json()
    tickets = new Map(found.map((/** @type {any} */ ticket) => [ticket.id, ticket]))
    isLoaded = 'yes'
    trouble = undefined
  } finally {
    if (isLoaded === 'asked') isLoaded = 'no'
    show()
  }
}

/** Reads one ticket again. @param {string} id */
async function reload(id) {
  const response = await askTickets(`/tickets/${id}`)
  if (response.ok) {
    const ticket = await response.json()
    // A new one comes first, a known one stays where it is.
    tickets = tickets.has(id) ? tickets.set(id, ticket) : new Map([[id, ticket], ...tickets])
  } else if (response.status === 404) tickets.delete(id)
  show()
}

/** A button of a ticket. @param {string} id @param {string} step */
async function take(id, step) {
  await act(async () => {
    const known = await askTickets(`/tickets/${id}`)
    const headers = { 'If-Match': known.headers.get('ETag') ?? '' }
    const response = await (step === 'delete'
      ? askTickets(`/tickets/${id}`, { method: 'DELETE', headers })
      : askTickets(`/tickets/${id}`, { method: 'PATCH', json: { estado: step }, headers }))
    if (!response.ok) refusal(response)
    await reload(id)
  })
}

/** @param {HTMLFormElement} form */
async function sendOrder(form) {
  const fields = new FormData(form)
  const json = { ...Object.fromEntries(fields), quantidade: Number(fields.get('quantidade')) }
  acceptedBy = undefined
  await act(async () => {
    const response = await askTickets('/tickets', { method: 'POST', json })
    if (response.status !== 202) return refusal(response)
    acceptedBy = response.headers.get('X-Served-By') ?? '?'
    await reload((await response.json()).id)
  })
}

function follow() {
  following.abort()
  following = new AbortController()
  const path = person()?.isPharmacy ? '/tickets/avisos?de=todos' : '/tickets/avisos'
  const onState = (/** @type {boolean} */ isOpen) => {
    isLive = isOpen
    show()
  }
  const onEvent = (/** @type {import('./event-stream.js').StreamEvent} */ { type, data }) => {
    if (type === 'recarregar') return void attempt(loadTickets)
    if (type !== 'ticket') return
    const { id, estado, item } = JSON.parse(data)
    byId('announcement').textContent = `${item}: ${isWord(estado) ? say(language(), estado) : estado}`
    void attempt(() => reload(id))
  }
  void attempt(() => followNotices({ path, signal: following.signal, onEvent, onState }))
}

watchLanguage(show)
byId('sign-in').addEventListener('click', beginSignIn)
onSubmit('order-form', sendOrder)
byId('sign-out').addEventListener('click', () => {
  following.abort()
  sessionStorage.removeItem(WAS_SIGNED_IN)
  void act(signOut)
})

await attempt(async () => {
  const why = await finishSignIn()
  if (why !== undefined) {
    sessionStorage.removeItem(WAS_SIGNED_IN)
    const name = `signInFailed-${why}`
    return complain(isWord(name) ? name : 'signInFailed', { why })
  }
  if ((await accessToken()) === undefined) {
    if (sessionStorage.getItem(WAS_SIGNED_IN)) beginSignIn()
    return
  }
  sessionStorage.setItem(WAS_SIGNED_IN, 'yes')
  await attempt(loadTickets)
  setInterval(() => {
    if (person() !== undefined && isLoaded === 'no') void attempt(loadTickets)
  }, LOAD_EVERY)
  follow()
})
