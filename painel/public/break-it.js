/**
 * "Break it": a person says what they expect, something is broken while the client makes requests, and the page shows what the client
 * and the health checks saw.
 *
 * Read beside: index.html (`#break-it`), break-it-report.js (what is decided), painel/routes/experiments.ts
 * Touches the world: the document, and the painel's server.
 */
import { post } from './api.js'
import { candidates, changesIn, expectationOf, experimentBody, needsComponent, VALUES } from './break-it-report.js'
import { tell, tellOr } from './break-it-words.js'
import { fillSelect, selectById } from './controls.js'
import { byId, createElement } from './dom.js'
import { numeral } from './words.js'

const ACTIONS = ['stop', 'start', 'pause', 'resume', 'fault', 'record', 'order', 'health', 'sessions', 'balance']
const OF_PROCESSES = ['stop', 'start', 'pause', 'resume', 'record']
const KINDS = ['slow', 'hang', 'error', 'reset', 'drop', 'refuse', 'crash']
/** What the amount of a kind is called, and its first value. @type {Readonly<Record<string, readonly [import('./break-it-words.js').BreakItWord, string]>>} */
const AMOUNTS = {
  slow: ['amountMs', '800'],
  error: ['amountStatus', '503'],
  reset: ['amountOctets', '0'],
}

/** @type {any} */
let map
/** The last report, and the form before it. @type {{ report: any, form: Readonly<Record<string, string>> } | undefined} */
let shown
let busy = false

export function watchBreakIt() {
  const form = /** @type {HTMLFormElement} */ (byId('break-form'))
  form.addEventListener('change', () => drawForm())
  selectById('break-kind').addEventListener('change', () => firstAmount())
  selectById('break-component').addEventListener('change', () => firstAmount())
  form.addEventListener('submit', event => {
    event.preventDefault()
    void experiment(new FormData(form))
  })
  byId('restore').addEventListener('click', () => void restore())
}

/** @param {any} now the map */
export function drawBreakIt(now) {
  map = now
  byId('break-note').textContent = map.mayChange ? (map.launcher ? '' : tell('compose')) : tell('onlyLooks')
  byId('break-form').hidden = !map.mayChange
  byId('restore').hidden = !map.mayChange
  const changes = changesIn(map.components)
  byId('break-changes').textContent =
    changes.length === 0
      ? tell('noChanges')
      : tell('changes', { list: changes.map(([name, word]) => `${name}: ${tellOr(word)}`).join('; ') })
  drawForm()
  drawReport()
}

function drawForm() {
  if (map === undefined) return
  const actions = ACTIONS.filter(action => map.launcher || !OF_PROCESSES.includes(action))
  fillSelect(selectById('break-what'), actions.map(option))
  const what = selectById('break-what').value
  const names = candidates(what, map.components)
  fillSelect(
    selectById('break-component'),
    names.map(name => [name, name]),
  )
  fillSelect(selectById('break-value'), (VALUES[what] ?? []).map(option))
  fillSelect(selectById('break-kind'), KINDS.map(option))
  const isFault = what === 'fault'
  show('break-component', needsComponent(what))
  show('break-value', !needsComponent(what))
  show('break-kind', isFault)
  const kind = selectById('break-kind').value
  const isDns = roleOf(selectById('break-component').value) === 'dns'
  const [word] = AMOUNTS[kind] ?? []
  show('break-amount', isFault && word !== undefined)
  if (word !== undefined) labelOf('break-amount').textContent = tell(isDns && kind === 'error' ? 'amountRcode' : word)
  show('break-target', isFault && kind !== 'refuse')
  show('break-share', isFault && kind !== 'refuse')
  labelOf('break-target').textContent = tell(isDns ? 'name' : 'path')
  const isImpossible = needsComponent(what) && names.length === 0
  byId('break-none').textContent = isImpossible ? tell('noneFits') : ''
  const send = /** @type {HTMLButtonElement} */ (byId('break-send'))
  send.disabled = busy || isImpossible
}

/** The first value of the amount belongs to the kind, and to DNS or HTTP. */
function firstAmount() {
  const kind = selectById('break-kind').value
  const isDns = roleOf(selectById('break-component').value) === 'dns'
  inputById('break-amount').value = kind === 'error' && isDns ? 'SERVFAIL' : (AMOUNTS[kind]?.[1] ?? '')
  drawForm()
}

/** @param {FormData} data */
async function experiment(data) {
  const form = /** @type {Record<string, string>} */ (Object.fromEntries(data))
  const body = experimentBody(form, roleOf(form.component ?? ''))
  await work(tell('running', { rate: body.rate, seconds: body.seconds }), async () => {
    shown = { report: await post('/api/experiments', body), form }
    drawReport()
    return ''
  })
}

async function restore() {
  await work(tell('restoring'), async () => {
    drawBreakIt(await post('/api/restore', {}))
    return tell('restored')
  })
}

/** @param {string} text what is shown meanwhile @param {() => Promise<string>} task returns what is shown afterwards */
async function work(text, task) {
  const trouble = byId('break-trouble')
  const status = byId('break-status')
  trouble.hidden = true
  busy = true
  drawForm()
  status.textContent = text
  try {
    status.textContent = await task()
  } catch (error) {
    status.textContent = ''
    trouble.textContent = /** @type {Error} */ (error).message
    trouble.hidden = false
  } finally {
    busy = false
    drawForm()
  }
}

function drawReport() {
  if (shown === undefined) return
  const { report, form } = shown
  const { expected = '' } = form
  const { count, failed, failures, slowest, retried, noticed, recovered, path, samples, health } = report
  const observed = expectationOf(failed, count)
  const why = Object.entries(failures).map(([reason, number]) => `${reason}: ${number}`)
  const rows = [
    [
      tell('done'),
      [form.what, form.component, form.value ?? form.kind]
        .map(word => tellOr(word ?? ''))
        .filter(Boolean)
        .join(' · '),
    ],
    [tell('expected'), tellOr(expected)],
    [
      tell('observed'),
      `${tell('of', { failed, count })} · ${tell(observed)}${why.length > 0 ? ` (${why.join(', ')})` : ''}`,
    ],
    [tell('slowest'), slowest === null ? tell('noAnswer') : `${numeral(slowest)} ms`],
    [tell('retried'), tell('of', { failed: retried, count })],
    [tell('noticed'), noticed ? tell('noticedBy', { ...noticed, time: seconds(noticed.at) }) : tell('notNoticed')],
    [tell('recovered'), recoveryOf(failed, recovered)],
    [tell('requests'), `GET ${path}`],
  ]
  byId('break-report').replaceChildren(
    createElement('p', observed === expected ? 'as-expected' : 'otherwise', verdict(observed === expected)),
    createElement(
      'dl',
      'break-facts',
      ...rows.flatMap(([name = '', text = '']) => [createElement('dt', '', name), createElement('dd', '', text)]),
    ),
    strip(samples),
    createElement(
      'ol',
      'break-notes',
      ...health.map((/** @type {any} */ note) => createElement('li', '', noteText(note))),
    ),
  )
}

/** @param {boolean} isAsExpected */
function verdict(isAsExpected) {
  return `${isAsExpected ? '✓' : '≠'} ${tell(isAsExpected ? 'asExpected' : 'otherwise')}`
}

/** @param {number} failed @param {number | null} recovered */
function recoveryOf(failed, recovered) {
  if (failed === 0) return tell('nothingFailed')
  return recovered === null ? tell('notRecovered') : tell('recoveredAfter', { time: seconds(recovered) })
}

/** @param {any} note */
function noteText(note) {
  return tell(note.up ? 'sawUp' : 'sawDown', { ...note, time: seconds(note.at) })
}

/** One sign for each request. @param {readonly any[]} samples */
function strip(samples) {
  const signs = samples.map(({ at, ms, status, error, frontend, backend, retries }) => {
    const state = status === 200 ? (retries > 0 ? 'second' : 'good') : 'bad'
    const sign = createElement('span', `sign is-${state}${at < 0 ? ' is-before' : ''}`, SIGNS[state] ?? '')
    sign.title = [seconds(at), status ?? error, `${numeral(ms)} ms`, frontend, backend].filter(Boolean).join(' · ')
    return sign
  })
  const change = samples.findIndex(({ at }) => at >= 0)
  if (change > 0) signs.splice(change, 0, createElement('span', 'change', '┃'))
  const row = createElement('div', 'strip', ...signs)
  row.setAttribute('aria-hidden', 'true')
  return createElement('figure', 'break-strip', row, createElement('figcaption', 'muted', tell('strip')))
}

/** @type {Readonly<Record<string, string>>} */
const SIGNS = { good: '●', second: '◆', bad: '✕' }

/** @param {number} ms */
function seconds(ms) {
  return `${numeral(ms / 1000, 1)} s`
}

/** @param {string} word @returns {[string, string]} */
function option(word) {
  return [word, tellOr(word)]
}

/** @param {string} name */
function roleOf(name) {
  return map?.components.find((/** @type {any} */ one) => one.name === name)?.role
}

/** A field that is hidden is not sent. @param {string} id @param {boolean} visible */
function show(id, visible) {
  const control = /** @type {HTMLInputElement} */ (byId(id))
  control.disabled = !visible
  const field = control.closest('.field')
  if (field instanceof HTMLElement) field.hidden = !visible
}

/** @param {string} id */
function labelOf(id) {
  return byId(`${id}-label`)
}

/** @param {string} id */
function inputById(id) {
  return /** @type {HTMLInputElement} */ (byId(id))
}
