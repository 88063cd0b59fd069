/**
 * The network map: each component as a button with its state, how the others see it, and its traffic.
 *
 * Read beside: painel/map/lab-map.ts (the data), map-lines.js (the lines between them), component-view.js (what a click shows)
 * Touches the world: the document.
 */
import { button } from './controls.js'
import { byId, createElement } from './dom.js'
import { numeral, say, sayOr } from './words.js'

/** Columns of the map, in the direction of a request. */
const COLUMNS = /** @type {const} */ ([
  ['column_dns', ['dns']],
  ['column_frontend', ['frontend']],
  ['column_backend', ['backend', 'application']],
  ['column_data', ['redis', 'mysql', 'kafka']],
])

/** A shape beside each colour. @type {Record<string, string>} */
export const SHAPES = { up: '●', starting: '◔', stopped: '○', died: '✕', paused: '❚❚', unreachable: '?' }

/**
 * @param {any} map
 * @param {string | undefined} selected the component whose details are open
 * @param {(name: string) => void} choose
 */
export function drawMap(map, selected, choose) {
  const place = byId('map-nodes')
  const signature = JSON.stringify([map.components.map(shownParts), selected, document.documentElement.lang])
  if (place.dataset.drawn === signature) return false
  place.dataset.drawn = signature
  const focused = document.activeElement?.id
  const client = createElement(
    'div',
    'node client',
    createElement('strong', '', say('client')),
    createElement('span', 'state', say('clientNote')),
  )
  client.dataset.name = 'client'
  place.replaceChildren(
    createElement('div', 'column', createElement('h3', '', say('column_client')), client),
    ...COLUMNS.map(([title, roles]) => column(say(title), map, roles, selected, choose)),
  )
  const off = applicationsOff(map)
  byId('map-off').textContent = off.length > 0 ? say('applicationsOff', { names: off.join(', ') }) : ''
  if (focused?.startsWith('node-')) document.getElementById(focused)?.focus({ preventScroll: true })
  return true
}

/** Whatever changes the drawing; not the counters. @param {any} component */
function shownParts({ name, state, health, faults, spare }) {
  return [name, state, health, faults, spare]
}

/** @param {string} title @param {any} map @param {readonly string[]} roles @param {string | undefined} selected @param {(name: string) => void} choose */
function column(title, map, roles, selected, choose) {
  const off = applicationsOff(map)
  const components = map.components.filter(
    (/** @type {any} */ { role, application, state, spare }) =>
      roles.includes(role) && !off.includes(application) && !(spare && state === 'stopped' && role === 'application'),
  )
  const draw = (/** @type {any} */ one) => node(one, one.name === selected, choose)
  /** @type {Map<string, any[]>} */
  const byApplication = Map.groupBy(components, (/** @type {any} */ { role, application }) =>
    role === 'application' ? application : '',
  )
  const groups = [...byApplication].map(([application, nodes]) =>
    application === ''
      ? createElement('div', 'machines', ...nodes.map(draw))
      : createElement('div', 'group', createElement('h4', '', application), ...nodes.map(draw)),
  )
  return createElement('div', 'column', createElement('h3', '', title), ...groups)
}

/** The applications of which no component runs: one line for all of them. @param {any} map @returns {string[]} */
function applicationsOff({ components }) {
  const all = components.filter((/** @type {any} */ { role }) => role === 'application')
  const on = new Set(
    all
      .filter((/** @type {any} */ { state }) => state !== 'stopped' && state !== 'unreachable')
      .map((/** @type {any} */ { application }) => application),
  )
  return [...new Set(all.map((/** @type {any} */ { application }) => application))]
    .filter(name => !on.has(name))
    .map(String)
}

/** @param {any} component @param {boolean} selected @param {(name: string) => void} choose */
function node({ name, role, state, spare, health, faults }, selected, choose) {
  const box = button(
    `node ${role} is-${state}`,
    () => choose(name),
    createElement('strong', '', name),
    createElement(
      'span',
      'state',
      `${SHAPES[state] ?? ''} ${sayOr(state)}${spare && state === 'stopped' ? ` · ${say('spare')}` : ''}`,
    ),
  )
  for (const [who, seen] of doubts(health, state)) {
    box.append(createElement('span', 'health', say('seenBy', { who, state: String(seen) })))
  }
  for (const fault of faults) box.append(createElement('span', 'health', say('fault', { what: faultName(fault) })))
  const rate = createElement('span', 'rate')
  rate.dataset.unit = role === 'dns' || role === 'redis' || role === 'mysql' ? 'exchangesPerSecond' : 'perSecond'
  box.append(rate)
  box.id = `node-${name}`
  box.dataset.name = name
  box.setAttribute('aria-expanded', String(selected))
  box.setAttribute('aria-controls', 'component')
  return box
}

/** The views of the others that differ from `up`; equal ones are one line. @param {Record<string, string>} health @param {string} state @returns {[string, string][]} */
function doubts(health, state) {
  /** @type {Map<string, string[]>} */
  const byView = new Map()
  for (const [who, seen] of Object.entries(health)) {
    const expected = state === 'up' ? /^up$/i : /^(?:down|up)$/i
    if (!expected.test(seen)) byView.set(seen, [...(byView.get(seen) ?? []), who])
  }
  return [...byView].map(([seen, who]) => [who.join(', '), seen])
}

/** @param {any} fault */
export function faultName(fault) {
  return String(fault?.kind ?? fault?.fault ?? fault)
}

/** The traffic of each component. @param {Map<string, number>} rates by link @param {any} map */
export function drawRates(rates, map) {
  for (const box of byId('map-nodes').querySelectorAll('.node')) {
    const rate = box.querySelector('.rate')
    const name = /** @type {HTMLElement} */ (box).dataset.name ?? ''
    if (!(rate instanceof HTMLElement)) continue
    const role = map.components.find((/** @type {any} */ one) => one.name === name)?.role
    let sum = 0
    for (const [key, value] of rates) {
      const [one = '', other = ''] = key.split(' ')
      if (other !== name && one !== name) continue
      // What it receives, not what it sends on: a frontend is asked by clients, a backend by frontends.
      const peer = one === name ? other : one
      if (
        role === 'frontend'
          ? peer === 'client'
          : role === 'backend' || role === 'application'
            ? /^frontend/.test(peer)
            : true
      )
        sum += value
    }
    const unit = /** @type {'perSecond'} */ (rate.dataset.unit)
    rate.textContent = sum > 0 ? say(unit, { n: numeral(sum, sum < 10 ? 1 : 0) }) : ''
  }
}
