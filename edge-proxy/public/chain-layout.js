/**
 * Positions in the drawing of the chain: browser and DNS, frontends, backends, Redis and MySQL. From left to right on a wide screen,
 * from top to bottom on a phone, for any number of machines.
 *
 * Read beside: chain.js (which draws it), shared/network-map.ts (the machines)
 * Pure: names in, coordinates out.
 */

/** @typedef {'client' | 'dns' | 'frontend' | 'backend' | 'redis' | 'mysql'} Layer */
/** @typedef {'client' | 'frontend' | 'backend' | 'stores'} Rank machines that are drawn in one column or row */
/** @typedef {{ name: string, layer: Layer, x: number, y: number, width: number, height: number }} Box x, y: its middle */
/** @typedef {{ from: string, to: string, d: string }} Connector */
/** @typedef {{ rank: Rank, x: number, y: number }} Caption */
/** @typedef {{ width: number, height: number, boxes: Box[], connectors: Connector[], captions: Caption[] }} ChainLayout */

/** Scaled by 0.81 where a screen is just wide enough for it: so the smallest text (15) is drawn with more than 12 pixels. */
const WIDE = {
  width: 760,
  column: { client: 70, frontend: 284, backend: 486, stores: 690 },
  box: { width: 132, height: 56 },
  gap: 22,
  top: 34,
  bottom: 8,
}
/** One unit is one pixel, up to `most`; on wider screens it is scaled up. */
const TALL = {
  width: { least: 240, most: 400 },
  height: 434,
  row: { client: 38, frontend: 160, backend: 282, stores: 396 },
  box: { width: 128, height: 52 },
  gap: 8,
  side: 2,
}

/**
 * @param {{ frontends: readonly string[], backends: readonly string[] }} machines
 * @param {number | 'wide'} width 'wide', or the pixels of a narrow screen
 * @returns {ChainLayout}
 */
export function layOut({ frontends, backends }, width) {
  const wide = width === 'wide'
  const tallWidth = Math.min(TALL.width.most, Math.max(TALL.width.least, Number(width)))
  const arrange = wide ? columns(Math.max(3, frontends.length, backends.length)) : rows(tallWidth)
  // The DNS is beside the path, not on it: above the browser, or on a phone to its right.
  const browser = { name: 'browser', layer: /** @type {Layer} */ ('client') }
  const dns = { name: 'dns', layer: /** @type {Layer} */ ('dns') }
  const client = arrange('client', wide ? [dns, browser] : [browser, dns])
  const frontend = arrange(
    'frontend',
    frontends.map(name => ({ name, layer: 'frontend' })),
  )
  const backend = arrange(
    'backend',
    backends.map(name => ({ name, layer: 'backend' })),
  )
  const stores = arrange('stores', [
    { name: 'redis', layer: 'redis' },
    { name: 'mysql', layer: 'mysql' },
  ])

  const forward = wide ? connectAcross : connectDown
  const aside = wide ? connectDown : connectAcross
  const browserBox = client.filter(box => box.layer === 'client')
  const dnsBox = client.filter(box => box.layer === 'dns')
  return {
    width: wide ? WIDE.width : tallWidth,
    height: wide ? wideHeight(Math.max(3, frontends.length, backends.length)) : TALL.height,
    boxes: [...client, ...frontend, ...backend, ...stores],
    connectors: [
      ...pairs(browserBox, dnsBox, aside),
      ...pairs(browserBox, frontend, forward),
      ...pairs(frontend, backend, forward),
      ...pairs(backend, stores, forward),
    ],
    captions: wide
      ? /** @type {Rank[]} */ (Object.keys(WIDE.column)).map(rank => ({ rank, x: WIDE.column[rank], y: 16 }))
      : [],
  }
}

/** The cross at the end of a path that broke off. */
export const CROSS_RADIUS = 17

/**
 * The middle of the cross, inside the drawing. A machine that failed has the cross on its corner. If the machine is not known, the
 * cross is between the last machine of the path and the layer that should have come next.
 *
 * @param {ChainLayout} layout
 * @param {{ names: readonly string[], failedAt: import('./explain.js').FailedLayer }} path
 * @returns {{ x: number, y: number }}
 */
export function placeCross({ boxes, width }, { names, failedAt }) {
  const next = boxes.filter(({ layer }) => (failedAt === 'stores' ? isStore(layer) : layer === failedAt))
  const failed = next.length === 1 ? next[0] : next.find(({ name }) => names.includes(name))
  if (failed) return { x: Math.min(failed.x + failed.width / 2, width - CROSS_RADIUS), y: failed.y - failed.height / 2 }
  const last = boxes.find(({ name }) => name === names.findLast(name => name !== 'dns'))
  return mean([mean(next), ...(last ? [last] : [])])
}

/** @param {Layer} layer */
function isStore(layer) {
  return layer === 'redis' || layer === 'mysql'
}

/** @param {readonly { x: number, y: number }[]} points */
function mean(points) {
  const sum = (/** @type {'x' | 'y'} */ axis) => points.reduce((sum, point) => sum + point[axis], 0)
  const count = Math.max(1, points.length)
  return { x: sum('x') / count, y: sum('y') / count }
}

/** @typedef {(rank: Rank, machines: { name: string, layer: Layer }[]) => Box[]} Arrange */

/** @param {number} most machines in the tallest column */
function wideHeight(most) {
  return WIDE.top + most * (WIDE.box.height + WIDE.gap) - WIDE.gap + WIDE.bottom
}

/** Columns from left to right, with their middles at one height. @param {number} most machines in a column @returns {Arrange} */
function columns(most) {
  const middle = (WIDE.top + wideHeight(most) - WIDE.bottom) / 2
  return (rank, machines) => {
    const step = (WIDE.box.height + WIDE.gap) * (machines.length === 2 ? 1.5 : 1)
    return machines.map((machine, i) => ({
      ...machine,
      ...WIDE.box,
      x: WIDE.column[rank],
      y: middle + (i - (machines.length - 1) / 2) * step,
    }))
  }
}

/** Rows from top to bottom; the machines of a row share its width. @param {number} total @returns {Arrange} */
function rows(total) {
  return (rank, machines) => {
    const share = (total - 2 * TALL.side + TALL.gap) / Math.max(1, machines.length)
    const width = Math.min(TALL.box.width, share - TALL.gap)
    const step = machines.length === 2 ? total / 2 : width + TALL.gap
    return machines.map((machine, i) => ({
      ...machine,
      width,
      height: TALL.box.height,
      x: total / 2 + (i - (machines.length - 1) / 2) * step,
      y: TALL.row[rank],
    }))
  }
}

/**
 * @param {Box[]} from
 * @param {Box[]} to
 * @param {(from: Box, to: Box) => Connector} connect
 */
function pairs(from, to, connect) {
  return from.flatMap(a => to.map(b => connect(a, b)))
}

/** An S-shaped line between the left and right sides of two boxes. @param {Box} from @param {Box} to @returns {Connector} */
function connectAcross(from, to) {
  const sign = Math.sign(to.x - from.x)
  const [x1, x2] = [from.x + (sign * from.width) / 2, to.x - (sign * to.width) / 2]
  const middle = (x1 + x2) / 2
  return { from: from.name, to: to.name, d: `M${x1} ${from.y} C${middle} ${from.y} ${middle} ${to.y} ${x2} ${to.y}` }
}

/** The same between bottom and top. @param {Box} from @param {Box} to @returns {Connector} */
function connectDown(from, to) {
  const sign = Math.sign(to.y - from.y)
  const [y1, y2] = [from.y + (sign * from.height) / 2, to.y - (sign * to.height) / 2]
  const middle = (y1 + y2) / 2
  return { from: from.name, to: to.name, d: `M${from.x} ${y1} C${from.x} ${middle} ${to.x} ${middle} ${to.x} ${y2}` }
}
