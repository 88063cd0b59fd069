/**
 * One component: what it is doing now, how the others see it, its settings and faults, the last lines of its log, and the file to read.
 *
 * Read beside: painel/routes/component.ts (the data), map-view.js
 * Touches the world: the document, and the painel's server.
 */
import { get } from './api.js'
import { button } from './controls.js'
import { byId, createElement, redraw } from './dom.js'
import { explainButton, showSource } from './explain-view.js'
import { faultName, SHAPES } from './map-view.js'
import { numeral, say, sayOr } from './words.js'

/** What may be done in each state. @type {Record<string, readonly ('stop' | 'start' | 'pause' | 'resume')[]>} */
const ACTIONS = {
  up: ['stop', 'pause'],
  unreachable: ['stop'],
  paused: ['resume', 'stop'],
  stopped: ['start'],
  died: ['start'],
  starting: [],
}

/** @type {any} */
let details

/** Asks for the details of a component; draw them with {@link drawComponent}. @param {string} name */
export async function loadComponent(name) {
  details = await get(`/api/components/${name}`)
}

/**
 * @param {any} map
 * @param {string | undefined} name
 * @param {Map<string, number>} rates exchanges a second, by link
 * @param {{ act: (name: string, action: string) => void, close: () => void }} on
 */
export function drawComponent(map, name, rates, { act, close }) {
  const place = byId('component')
  const component = map.components.find((/** @type {any} */ one) => one.name === name)
  place.hidden = component === undefined
  if (component === undefined) return
  const { state, health, settings: all, faults, pid, address, port } = component
  // The limits are long, and in the whole status below.
  const { limits: _, ...settings } = all
  const mine = details?.name === name ? details : undefined
  const open = place.querySelector('details')?.open ?? false
  redraw(
    place,
    createElement(
      'div',
      'component-top',
      createElement(
        'h3',
        '',
        `${name} · ${SHAPES[state] ?? ''} ${sayOr(state)}`,
        explainButton(state),
        explainButton('health'),
      ),
      ...(map.mayChange && map.launcher
        ? (ACTIONS[state] ?? []).map(action => actionButton(action, String(name), act))
        : []),
      withId(button('', close, say('close')), 'close-component'),
    ),
    createElement(
      'dl',
      '',
      ...row(say('address'), `${address}:${port}`),
      ...(pid === null ? [] : row(say('process'), `PID ${pid}`)),
      ...row(say('talksTo'), ...talks(String(name), rates)),
      ...(Object.keys(health).length === 0
        ? []
        : row(say('asOthersSee'), ...Object.entries(health).map(([who, seen]) => `${who}: ${seen}`))),
      ...(Object.keys(settings).length === 0
        ? []
        : row(say('switches'), ...Object.entries(settings).map(([key, value]) => `${key}: ${brief(value)}`))),
      ...row(
        say('faults'),
        ...(faults.length === 0
          ? [say('none')]
          : faults.map((/** @type {any} */ fault) => `${faultName(fault)} ${brief(fault)}`)),
      ),
    ),
    ...(mine === undefined ? [] : more(mine, open)),
  )
}

/** @param {any} mine @param {boolean} open */
function more({ log, status, files, name }, open) {
  const lines = log === null ? createElement('p', 'muted', say('noLog', { name })) : preformatted('log', log.join('\n'))
  const whole = /** @type {HTMLDetailsElement} */ (
    createElement(
      'details',
      '',
      createElement('summary', '', say('statusAll')),
      preformatted('', JSON.stringify(status, null, 2)),
    )
  )
  whole.open = open
  return [
    createElement('h4', '', say('read')),
    createElement(
      'p',
      'row',
      ...files.map((/** @type {string} */ file) => button('link', () => void showSource(file), file)),
    ),
    createElement('h4', '', say('log')),
    lines,
    ...(status === null ? [] : [whole]),
  ]
}

/** A text that scrolls: it can be reached with the keyboard. @param {string} className @param {string} text */
export function preformatted(className, text) {
  const pre = createElement('pre', className, text)
  pre.tabIndex = 0
  return pre
}

/** @param {'stop' | 'start' | 'pause' | 'resume'} action @param {string} name @param {(name: string, action: string) => void} act */
function actionButton(action, name, act) {
  const made = button('', () => act(name, action), `${say(action)} ${name}`)
  return withId(made, `${action}-${name}`)
}

/** @param {HTMLElement} made @param {string} id */
function withId(made, id) {
  made.id = id
  return made
}

/** @param {string} term @param {...string} values */
function row(term, ...values) {
  return [
    createElement('dt', '', term),
    createElement('dd', '', ...values.map(value => createElement('span', '', value))),
  ]
}

/** @param {string} name @param {Map<string, number>} rates */
function talks(name, rates) {
  const mine = [...rates].filter(([key]) => key.split(' ').includes(name))
  if (mine.length === 0) return [say('nothingNow')]
  return mine.map(([key, rate]) => `${key.split(' ').find(other => other !== name)}: ${numeral(rate, 1)}/s`)
}

/** @param {unknown} value */
function brief(value) {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > 160 ? `${text.slice(0, 160)}…` : text
}
