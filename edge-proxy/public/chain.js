/**
 * The drawing of the chain, in which the path of the last request lights up.
 *
 * Read beside: chain-layout.js (where things stand), style.css ("The chain"), explain.js (where a path ends)
 * Touches the world: the `svg` it is given.
 */
import { CROSS_RADIUS, layOut, placeCross } from './chain-layout.js'
import { explain } from './explain.js'
import { ownTimes } from './hops.js'
import { language, say } from './language.js'
import { formatMs } from './texts.js'

const WIDE = matchMedia('(min-width: 44rem)')

/** Calls back when the screen becomes wide or narrow: then the drawing is another one. @param {() => void} changed */
export function watchWidth(changed) {
  WIDE.addEventListener('change', changed)
}

/**
 * @param {Element} svg
 * @param {import('./tally.js').Tally} tally
 */
export function drawChain(svg, tally) {
  const layout = layOut({ frontends: [...tally.frontends.keys()], backends: [...tally.backends.keys()] }, WIDE.matches)
  const last = tally.recent[0]
  const path = last ? pathOf(last) : { names: [], broken: null }
  const passed = new Set(path.names)
  const lit = (/** @type {import('./chain-layout.js').Link} */ { from, to }) => passed.has(from) && passed.has(to)

  svg.setAttribute('viewBox', `0 0 ${layout.width} ${layout.height}`)
  svg.setAttribute('aria-label', describe(path))
  svg.replaceChildren(
    ...layout.captions.map(({ rank, x, y }) => text('caption', x, y, say(CAPTIONS[rank]))),
    // The lit links last, so that they lie on top.
    ...[...layout.links]
      .sort((a, b) => Number(lit(a)) - Number(lit(b)))
      .map(link => element('path', { class: lit(link) ? 'link lit' : 'link', d: link.d })),
    ...layout.nodes.map(node => drawNode(node, tally, passed, last)),
    ...(path.broken ? [cross(layout, path)] : []),
  )
}

/**
 * A look-up that took less was answered from the browser's own memory: that shows as 0 or 0.1 ms, a question to a server on the
 * same machine as several (measured with Chromium 156, whose clock for pages has steps of 0.1 ms).
 */
const LOOKED_UP = 0.5

/** @type {Record<import('./chain-layout.js').Rank, import('./texts.js').TextName>} */
const CAPTIONS = { client: 'layerClient', frontend: 'layerFrontend', backend: 'layerBackend', stores: 'layerStores' }

/**
 * The machines that a request passed, in order, and the kind of machine at which it ended if it broke off.
 *
 * @param {import('./ask.js').Exchange} exchange
 * @returns {{ names: string[], broken: import('./explain.js').Place }}
 */
function pathOf(exchange) {
  const { servedBy, timing, connection } = exchange
  const stores = ['redis', 'mysql'].filter(store => timing.has(store))
  const names = [
    'browser',
    ...(connection && connection.lookup >= LOOKED_UP ? ['dns'] : []),
    ...(servedBy.frontend ? [servedBy.frontend] : []),
    ...(servedBy.backend ? [servedBy.backend] : []),
    ...stores,
  ]
  return { names, broken: explain(exchange)?.place ?? null }
}

/** @param {ReturnType<typeof pathOf>} path */
function describe({ names, broken }) {
  if (names.length === 0) return say('drawingIdle')
  return say(broken ? 'drawingBroken' : 'drawingPath', { path: names.map(nameOf).join(' → ') })
}

/** @param {string} name */
function nameOf(name) {
  if (name === 'browser') return say('browser')
  return { dns: 'DNS', redis: 'Redis', mysql: 'MySQL' }[name] ?? name
}

/**
 * @param {import('./chain-layout.js').Node} node
 * @param {import('./tally.js').Tally} tally
 * @param {ReadonlySet<string>} passed
 * @param {import('./ask.js').Exchange | undefined} last
 */
function drawNode(node, tally, passed, last) {
  const lit = passed.has(node.name)
  const { x, y, width, height } = node
  const group = element('g', { class: `node ${node.layer}${lit ? ' lit' : ''}` })
  // A box too narrow for its name keeps the number.
  const name = width < 80 ? nameOf(node.name).replace(/^\D+(?=\d)/, '') : nameOf(node.name)
  const note = lit && last ? timeAt(node, last) : noteOf(node, tally)
  group.append(
    element('rect', { x: x - width / 2, y: y - height / 2, width, height, rx: 12 }),
    text('name', x, note ? y - 2 : y + 6, name),
    ...(note ? [text('note', x, y + 17, note)] : []),
  )
  return group
}

/**
 * The node's own milliseconds in the last request.
 *
 * @param {import('./chain-layout.js').Node} node
 * @param {import('./ask.js').Exchange} last
 */
function timeAt({ layer }, { total, timing, connection }) {
  const own = ownTimes(total, timing)
  const ms = { client: total, dns: connection?.lookup, frontend: own.edge, ...own }[layer]
  return ms === undefined ? '' : formatMs(language(), ms)
}

/** @param {import('./chain-layout.js').Node} node @param {import('./tally.js').Tally} tally */
function noteOf({ name, layer }, tally) {
  if (layer === 'redis') return say('sessions')
  if (layer === 'mysql') return say('users')
  if (layer === 'dns') return tally.recent[0]?.connection ? say('notAsked') : ''
  const count = tally.frontends.get(name) ?? tally.backends.get(name) ?? 0
  return count > 0 ? say('times', { count }) : ''
}

/**
 * @param {import('./chain-layout.js').Layout} layout
 * @param {ReturnType<typeof pathOf>} path
 */
function cross(layout, path) {
  const { x, y } = placeCross(layout, path)
  const group = element('g', { class: 'cross' })
  group.append(
    element('circle', { cx: x, cy: y, r: CROSS_RADIUS }),
    element('path', { d: `M${x - 6} ${y - 6} l12 12 m0 -12 l-12 12` }),
  )
  return group
}

/** @param {string} className @param {number} x @param {number} y @param {string} content */
function text(className, x, y, content) {
  const node = element('text', { class: className, x, y })
  node.textContent = content
  return node
}

/** @param {string} name @param {Readonly<Record<string, string | number>>} attributes */
function element(name, attributes) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', name)
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value))
  return node
}
