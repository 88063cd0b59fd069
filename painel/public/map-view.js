/**
 * The network map: each component with its state, how the others see it, and its buttons.
 *
 * Read beside: painel/map/lab-map.ts (the data), app.js
 * Touches the world: the document.
 */
import { byId, element } from './dom.js'
import { say, sayOr } from './words.js'

/** Columns of the map, in the direction of a request. */
const COLUMNS = [['dns'], ['frontend'], ['backend', 'application'], ['redis', 'mysql']]

/** The counters of the last map, for requests a second. @type {Map<string, { requests: number, at: number }>} */
const before = new Map()

/**
 * @param {any} map
 * @param {ReadonlySet<string>} lit     names of components on the path of the step that is shown
 * @param {(name: string, action: string) => void} act
 */
export function drawMap(map, lit, act) {
  const columns = COLUMNS.map(roles => {
    const components = map.components.filter((/** @type {any} */ { role }) => roles.includes(role))
    return element('div', 'column', ...components.map((/** @type {any} */ one) => card(one, map, lit, act)))
  })
  const focused = document.activeElement?.id
  byId('map').replaceChildren(...columns)
  if (focused) document.getElementById(focused)?.focus()
}

/** @param {any} component @param {any} map @param {ReadonlySet<string>} lit @param {(name: string, action: string) => void} act */
function card(component, map, lit, act) {
  const { name, role, state, address, port, health, spare, faults } = component
  const box = element('article', `component ${role} is-${state}${lit.has(name) ? ' lit' : ''}`)
  box.append(
    element('h3', '', name),
    element(
      'p',
      'state',
      `${SHAPES[state] ?? ''} ${sayOr(state)}${spare && state === 'stopped' ? ` · ${say('spare')}` : ''}`,
    ),
    element('p', 'address', `${address}:${port}`),
  )
  const rate = rateOf(component, Date.parse(map.at))
  if (rate !== undefined) box.append(element('p', 'rate', `${rate} ${say('perSecond')}`))
  const others = Object.entries(health).filter(([, seen]) => !/^up$/i.test(String(seen)))
  if (others.length > 0 && state === 'up') {
    box.append(
      element('p', 'health', ...others.map(([who, seen]) => element('span', '', `${say('seenBy')} ${who}: ${seen}`))),
    )
  }
  for (const fault of faults) box.append(element('p', 'health', JSON.stringify(fault)))
  if (map.mayChange && map.launcher) {
    const buttons = ACTIONS[state] ?? []
    box.append(
      element(
        'p',
        'actions',
        ...buttons.map(action => {
          const button = /** @type {HTMLButtonElement} */ (element('button', '', sayOr(action)))
          button.type = 'button'
          button.id = `${action}-${name}`
          button.setAttribute('aria-label', `${sayOr(action)} ${name}`)
          button.addEventListener('click', () => act(name, action))
          return button
        }),
      ),
    )
  }
  return box
}

/** A shape beside each colour. @type {Record<string, string>} */
const SHAPES = { up: '●', starting: '◔', stopped: '○', died: '✕', paused: '❚❚', unreachable: '?' }

/** @type {Record<string, string[]>} */
const ACTIONS = {
  up: ['stop', 'pause'],
  unreachable: ['stop'],
  paused: ['resume', 'stop'],
  stopped: ['start'],
  died: ['start'],
  starting: [],
}

/** Requests a second since the last map. @param {any} component @param {number} at milliseconds since 1970 */
function rateOf({ name, requests }, at) {
  if (typeof requests !== 'number') return undefined
  const last = before.get(name)
  if (last !== undefined && at - last.at < 900) return lastRate.get(name)
  before.set(name, { requests, at })
  if (last === undefined || requests < last.requests) return undefined
  const rate = Math.round(((requests - last.requests) * 1000) / (at - last.at))
  lastRate.set(name, rate)
  return rate
}

/** @type {Map<string, number>} */
const lastRate = new Map()
