/**
 * The lines of the map, and the messages that move on them. A line is as wide as its traffic; a message moves when its event is shown.
 *
 * Read beside: links.js, map-view.js (the ends of the lines)
 * Touches the world: the document.
 */
import { byId } from './dom.js'
import { linkKey } from './links.js'

const SVG = 'http://www.w3.org/2000/svg'
/** Messages that move at a time. What is beyond is not drawn, and the page says so. */
const MAX_DOTS = 24

/** @type {Map<string, SVGLineElement>} */
let lines = new Map()
let dots = 0
let left = 0

/** Draws a line for each pair of components that can talk to each other. @param {any} map */
export function drawLines(map) {
  const svg = byId('map-lines')
  const area = svg.getBoundingClientRect()
  svg.setAttribute('viewBox', `0 0 ${area.width} ${area.height}`)
  lines = new Map()
  const drawn = pairsOf(map).flatMap(([from, to]) => {
    const [one, other] = endsOf(from, to, area)
    if (one === undefined || other === undefined) return []
    const line = /** @type {SVGLineElement} */ (document.createElementNS(SVG, 'line'))
    for (const [name, value] of Object.entries({ x1: one.x, y1: one.y, x2: other.x, y2: other.y })) {
      line.setAttribute(name, value.toFixed(1))
    }
    lines.set(linkKey(from, to), line)
    return [line]
  })
  svg.replaceChildren(...drawn)
}

/** @param {Map<string, number>} rates exchanges a second, by link */
export function drawTraffic(rates) {
  for (const [key, line] of lines) {
    const rate = rates.get(key) ?? 0
    line.classList.toggle('busy', rate > 0)
    line.style.strokeWidth = rate > 0 ? `${Math.min(9, 1.5 + Math.log2(1 + rate))}` : ''
  }
}

/** The link and the components of the event that is shown. @param {{ from: string, to: string, failed: boolean } | undefined} event */
export function light(event) {
  for (const line of lines.values()) line.classList.remove('lit', 'lit-failed')
  for (const node of byId('map-nodes').querySelectorAll('.lit')) node.classList.remove('lit')
  if (event === undefined) return
  lines.get(linkKey(event.from, event.to))?.classList.add(event.failed ? 'lit-failed' : 'lit')
  for (const name of [event.from, event.to]) nodeNamed(name)?.classList.add('lit')
}

/**
 * Moves one message along its link. Nothing moves where the user prefers that; the line is marked anyway.
 *
 * @param {{ from: string, to: string, failed: boolean, hop: string }} event
 * @param {number} ms how long it takes
 */
export function move({ from, to, failed, hop }, ms) {
  if (from === to || matchMedia('(prefers-reduced-motion: reduce)').matches || document.hidden) return
  const svg = byId('map-lines')
  const [one, other] = endsOf(from, to, svg.getBoundingClientRect())
  if (one === undefined || other === undefined) return
  if (dots >= MAX_DOTS) {
    left++
    return
  }
  dots++
  const dot = document.createElementNS(SVG, 'g')
  dot.setAttribute('class', `dot ${hop === 'edge' ? 'frontend' : hop}${failed ? ' failed' : ''}`)
  dot.append(shapeOf(failed))
  svg.append(dot)
  const reach = failed ? 0.85 : 1
  const end = { x: one.x + (other.x - one.x) * reach, y: one.y + (other.y - one.y) * reach }
  const moving = dot.animate(
    [{ transform: `translate(${one.x}px, ${one.y}px)` }, { transform: `translate(${end.x}px, ${end.y}px)` }],
    { duration: Math.max(150, Math.min(ms, 900)), easing: 'ease-in-out', fill: 'forwards' },
  )
  const remove = () => {
    dots--
    dot.remove()
  }
  moving.finished.then(remove, remove)
}

/** Whether messages were left out since the last call. */
export function someWereLeftOut() {
  const some = left > 0
  left = 0
  return some
}

/** @param {boolean} failed */
function shapeOf(failed) {
  if (!failed) {
    const circle = document.createElementNS(SVG, 'circle')
    circle.setAttribute('r', '7')
    return circle
  }
  const cross = document.createElementNS(SVG, 'path')
  cross.setAttribute('d', 'M-6 -6 L6 6 M6 -6 L-6 6')
  return cross
}

/** Which components can talk to each other. @param {any} map @returns {[string, string][]} */
function pairsOf({ components }) {
  /** @param {...string} roles @returns {string[]} */
  const named = (...roles) =>
    components.filter((/** @type {any} */ { role }) => roles.includes(role)).map((/** @type {any} */ { name }) => name)
  const frontends = named('frontend')
  const servers = named('backend', 'application')
  return [
    ...named('dns').map(name => /** @type {[string, string]} */ (['client', name])),
    ...frontends.map(name => /** @type {[string, string]} */ (['client', name])),
    ...frontends.flatMap(one => servers.map(other => /** @type {[string, string]} */ ([one, other]))),
    ...named('application').flatMap(one => named('kafka').map(other => /** @type {[string, string]} */ ([one, other]))),
    ...servers.flatMap(one => named('redis', 'mysql').map(other => /** @type {[string, string]} */ ([one, other]))),
  ]
}

/** The nearest points of two boxes. @param {string} from @param {string} to @param {DOMRect} area */
function endsOf(from, to, area) {
  const one = nodeNamed(from)?.getBoundingClientRect()
  const other = nodeNamed(to)?.getBoundingClientRect()
  if (one === undefined || other === undefined) return []
  const beside = one.right <= other.left || other.right <= one.left
  return [edgeOf(one, other, beside, area), edgeOf(other, one, beside, area)]
}

/** @param {DOMRect} box @param {DOMRect} towards @param {boolean} beside @param {DOMRect} area */
function edgeOf(box, towards, beside, area) {
  if (beside) {
    const x = box.right <= towards.left ? box.right : box.left
    return { x: x - area.left, y: (box.top + box.bottom) / 2 - area.top }
  }
  const y = box.bottom <= towards.top ? box.bottom : box.top
  return { x: (box.left + box.right) / 2 - area.left, y: y - area.top }
}

/** @param {string} name @returns {HTMLElement | undefined} */
function nodeNamed(name) {
  for (const node of byId('map-nodes').querySelectorAll('.node')) {
    if (node instanceof HTMLElement && node.dataset.name === name) return node
  }
  return undefined
}
