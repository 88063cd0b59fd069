/**
 * One journey: its steps, its lanes with time to scale, and the packet of the step that is shown.
 *
 * Read beside: painel/journeys/journey.ts (the data), packet-view.js
 * Touches the world: the document.
 */
import { byId, element } from './dom.js'
import { drawPacket } from './packet-view.js'
import { isEnglish, say, sayOr } from './words.js'

const LANES = ['client', 'dns', 'edge', 'backend', 'redis', 'mysql']
const PLAY_MS = 900

/** @type {any} */
let journey
let position = 0
/** @type {ReturnType<typeof setInterval> | undefined} */
let playing
/** @type {(lit: ReadonlySet<string>) => void} */
let light = () => {}

/** @param {(lit: ReadonlySet<string>) => void} onStep called with the components of the step that is shown */
export function watchPlayer(onStep) {
  light = onStep
  byId('first').addEventListener('click', () => go(0))
  byId('back').addEventListener('click', () => go(position - 1))
  byId('forward').addEventListener('click', () => go(position + 1))
  byId('play').addEventListener('click', togglePlay)
  byId('journey').addEventListener('keydown', event => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (step === 0 || event.target instanceof HTMLInputElement) return
    event.preventDefault()
    go(position + step)
  })
}

/** @param {any} shown @param {boolean} fresh whether another journey than before is shown */
export function showJourney(shown, fresh) {
  journey = shown
  if (fresh) {
    stop()
    position = 0
  }
  draw()
}

export function draw() {
  if (journey === undefined) return
  const { method, target, status, state, hops, frontend, backend, milliseconds, id } = journey
  byId('journey').hidden = false
  byId('journey-title').textContent = `${method} ${target}`
  const time = milliseconds === null ? '' : ` · ${milliseconds.toFixed(1)} ms`
  const path = [frontend, backend].filter(Boolean).join(' → ')
  byId('journey-summary').textContent = `${status ?? ''} ${sayOr(state)} · ${path}${time} · ${id}`
  byId('lanes').replaceChildren(...lanes(hops))
  byId('steps').replaceChildren(...hops.map(step))
  go(Math.min(position, hops.length - 1))
}

/** @param {number} to */
function go(to) {
  if (journey === undefined || journey.hops.length === 0) return
  position = Math.max(0, Math.min(journey.hops.length - 1, to))
  if (position === journey.hops.length - 1) stop()
  const hop = journey.hops[position]
  for (const [index, item] of [...byId('steps').children].entries()) {
    item.classList.toggle('shown', index === position)
    item.classList.toggle('past', index < position)
    item.querySelector('button')?.setAttribute('aria-current', index === position ? 'step' : 'false')
  }
  for (const bar of byId('lanes').querySelectorAll('.span')) {
    bar.classList.toggle('shown', bar.getAttribute('data-step') === String(position))
  }
  byId('position').textContent = say('step', { n: position + 1, total: journey.hops.length })
  drawPacket(byId('packet'), hop)
  light(new Set([hop.component, hop.hop]))
}

function togglePlay() {
  if (playing !== undefined) return stop()
  if (position >= (journey?.hops.length ?? 0) - 1) go(0)
  playing = setInterval(() => go(position + 1), PLAY_MS)
}

function stop() {
  clearInterval(playing)
  playing = undefined
}

/** @param {any} hop @param {number} index */
function step(hop, index) {
  const button = /** @type {HTMLButtonElement} */ (
    element(
      'button',
      '',
      element('span', `tag ${layerOf(hop.hop)}`, hop.component),
      element('span', 'sentence', isEnglish() ? hop.reasonEn : hop.reason),
      element('span', 'ms', hop.ms === null ? '' : `${hop.ms.toFixed(1)} ms`),
    )
  )
  button.type = 'button'
  button.addEventListener('click', () => go(index))
  return element('li', '', button)
}

/** @param {any[]} hops */
function lanes(hops) {
  const begin = Math.min(...hops.map(({ time, ms }) => time - (ms ?? 0)))
  const end = Math.max(...hops.map(({ time }) => time))
  const scale = (/** @type {number} */ time) => (100 * (time - begin)) / Math.max(end - begin, 0.001)
  return LANES.filter(lane => hops.some(({ hop }) => hop === lane)).map(lane => {
    const track = element('div', 'track')
    for (const [index, hop] of hops.entries()) {
      if (hop.hop !== lane) continue
      const span = element('span', `span ${layerOf(lane)}${hop.ms === null ? ' moment' : ''}`)
      span.dataset.step = String(index)
      span.style.left = `${scale(hop.time - (hop.ms ?? 0))}%`
      if (hop.ms !== null) span.style.width = `${(100 * hop.ms) / Math.max(end - begin, 0.001)}%`
      span.title = isEnglish() ? hop.reasonEn : hop.reason
      track.append(span)
    }
    return element('div', 'lane', element('span', 'lane-name', LANE_NAMES[lane] ?? lane), track)
  })
}

/** @type {Record<string, string>} */
const LANE_NAMES = {
  client: 'cliente',
  dns: 'DNS',
  edge: 'frontend',
  backend: 'backend',
  redis: 'Redis',
  mysql: 'MySQL',
}

/** The colour of a layer is the same as on the page of the lab. @param {string} hop */
function layerOf(hop) {
  return hop === 'edge' ? 'frontend' : hop
}
