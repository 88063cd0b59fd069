/**
 * The drawing of the chain, with the path of the last request highlighted.
 *
 * Read beside: chain-layout.js (the positions), style.css ("The chain"), explain.js (where a path ends)
 * Touches the world: the `svg` it is given.
 */
import { CROSS_RADIUS, layOut, placeCross } from './chain-layout.js'
import { explain } from './explain.js'
import { ownTimes } from './hops.js'
import { language } from './language.js'
import { formatMs } from './texts.js'
import { translate } from './translate.js'

const WIDE = matchMedia('(min-width: 44rem)')

/** Calls back when the layout changes: between wide and narrow, and with the width of a narrow screen. @param {() => void} changed */
export function watchWidth(changed) {
  WIDE.addEventListener('change', changed)
  addEventListener('resize', () => {
    if (!WIDE.matches) changed()
  })
}

/** While a request is open, the path of the request before it is drawn faintly. @param {Element} svg @param {boolean} waiting */
export function showWaiting(svg, waiting) {
  svg.classList.toggle('waiting', waiting)
}

/**
 * @param {Element} svg
 * @param {import('./tally.js').Tally} tally
 */
export function drawChain(svg, tally) {
  const machines = { frontends: [...tally.frontends.keys()], backends: [...tally.backends.keys()] }
  const layout = layOut(machines, WIDE.matches ? 'wide' : svg.clientWidth)
  const last = tally.recent[0]
  const path = last ? pathOf(last) : { names: [], failedAt: null }
  const passed = new Set(path.names)
  const lit = (/** @type {import('./chain-layout.js').Connector} */ { from, to }) => passed.has(from) && passed.has(to)

  svg.setAttribute('viewBox', `0 0 ${layout.width} ${layout.height}`)
  svg.classList.toggle('tall', !WIDE.matches)
  svg.setAttribute('aria-label', describe(path, tally.off))
  svg.replaceChildren(
    ...layout.captions.map(({ rank, x, y }) => text('caption', x, y, translate(CAPTIONS[rank]))),
    // The highlighted lines are drawn last, so that they are on top.
    ...[...layout.connectors]
      .sort((a, b) => Number(lit(a)) - Number(lit(b)))
      .map(line => element('path', { class: lit(line) ? 'link lit' : 'link', d: line.d })),
    ...layout.boxes.map(box => drawBox(box, tally, passed, last)),
    ...(path.failedAt ? [cross(layout, path)] : []),
  )
}

/**
 * Milliseconds. A shorter look-up was answered from the browser's cache: it is reported as 0 or 0.1 ms, a query to a server on the
 * same machine as several (measured with Chromium 156, whose clock for pages has steps of 0.1 ms).
 */
const LOOKED_UP = 0.5

/** @type {Record<import('./chain-layout.js').Rank, import('./texts.js').TextName>} */
const CAPTIONS = { client: 'layerClient', frontend: 'layerFrontend', backend: 'layerBackend', stores: 'layerStores' }

/**
 * The machines that a request passed, in order, and the layer at which it failed.
 *
 * @param {import('./send-request.js').PageRequest} request
 * @returns {{ names: string[], failedAt: import('./explain.js').FailedLayer }}
 */
function pathOf(request) {
  const { servedBy, timing, connection } = request
  const stores = ['redis', 'mysql'].filter(store => timing.has(store))
  const names = [
    'browser',
    ...(connection && connection.lookup >= LOOKED_UP ? ['dns'] : []),
    ...(servedBy.frontend ? [servedBy.frontend] : []),
    ...(servedBy.backend ? [servedBy.backend] : []),
    ...stores,
  ]
  return { names, failedAt: explain(request)?.failedAt ?? null }
}

/** The drawing for screen readers. @param {ReturnType<typeof pathOf>} path @param {ReadonlyMap<string, string>} off */
function describe({ names, failedAt }, off) {
  if (names.length === 0) return translate('drawingIdle')
  const path = translate(failedAt ? 'drawingBroken' : 'drawingPath', { path: names.map(nameOf).join(' → ') })
  return off.size === 0
    ? path
    : `${path} ${translate('drawingOff', { machines: [...off.keys()].map(nameOf).join(', ') })}`
}

/** @param {string} name */
function nameOf(name) {
  if (name === 'browser') return translate('browser')
  return { dns: 'DNS', redis: 'Redis', mysql: 'MySQL' }[name] ?? name
}

/**
 * @param {import('./chain-layout.js').Box} box
 * @param {import('./tally.js').Tally} tally
 * @param {ReadonlySet<string>} passed
 * @param {import('./send-request.js').PageRequest | undefined} last
 */
function drawBox(box, tally, passed, last) {
  const lit = passed.has(box.name)
  const off = tally.off.has(box.name) && !lit
  const { x, y, width, height } = box
  const group = element('g', { class: `node ${box.layer}${lit ? ' lit' : ''}${off ? ' off' : ''}` })
  // Only the number fits into a narrow box.
  const name = width < 70 ? nameOf(box.name).replace(/^\D+(?=\d)/, '') : nameOf(box.name)
  const note = off ? stateOf(box, tally) : lit && last ? timeAt(box, last) : noteOf(box, tally)
  group.append(
    element('rect', { x: x - width / 2, y: y - height / 2, width, height, rx: 12 }),
    text('name', x, note ? y - 2 : y + 6, name),
    ...(note ? [text('note', x, y + 17, note)] : []),
  )
  return group
}

/** The state of a machine that gets no traffic. @param {import('./chain-layout.js').Box} box @param {import('./tally.js').Tally} tally */
function stateOf({ name }, tally) {
  const why = tally.off.get(name)
  if (why === 'drain' || why === 'leaving') return translate('stateDraining')
  return translate(why === 'maintenance' ? 'stateMaintenance' : 'stateOff')
}

/**
 * The time that the machine itself took for the last request.
 *
 * @param {import('./chain-layout.js').Box} box
 * @param {import('./send-request.js').PageRequest} last
 */
function timeAt({ layer }, { total, timing, connection }) {
  const own = ownTimes(total, timing)
  const ms = { client: total, dns: connection?.lookup, frontend: own.edge, ...own }[layer]
  return ms === undefined ? '' : formatMs(language(), ms)
}

/** @param {import('./chain-layout.js').Box} box @param {import('./tally.js').Tally} tally */
function noteOf({ name, layer }, tally) {
  if (layer === 'redis') return translate('sessions')
  if (layer === 'mysql') return translate('users')
  if (layer === 'dns') return tally.recent[0]?.connection ? translate('notQueried') : ''
  const count = tally.frontends.get(name) ?? tally.backends.get(name) ?? 0
  return count > 0 ? translate('times', { count }) : ''
}

/**
 * @param {import('./chain-layout.js').ChainLayout} layout
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
