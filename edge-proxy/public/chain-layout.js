/**
 * Where everything stands in the drawing of the chain: browser and DNS, frontends, backends, Redis and MySQL.
 * Across on a wide screen, from top to bottom on a phone, for any number of machines.
 *
 * Read beside: chain.js (which draws it), shared/network-map.ts (the machines)
 * Pure: names in, coordinates out.
 */

/** @typedef {'client' | 'dns' | 'frontend' | 'backend' | 'redis' | 'mysql'} Layer */
/** @typedef {'client' | 'frontend' | 'backend' | 'stores'} Rank what stands side by side */
/** @typedef {{ name: string, layer: Layer, x: number, y: number, width: number, height: number }} Node x, y: its middle */
/** @typedef {{ from: string, to: string, d: string }} Link */
/** @typedef {{ rank: Rank, x: number, y: number }} Caption */
/** @typedef {{ width: number, height: number, nodes: Node[], links: Link[], captions: Caption[] }} Layout */

const WIDE = {
  width: 760,
  column: { client: 70, frontend: 284, backend: 486, stores: 690 },
  box: { width: 132, height: 56 },
  gap: 22,
  top: 34,
  bottom: 8,
}
const TALL = {
  width: 360,
  height: 434,
  row: { client: 38, frontend: 160, backend: 282, stores: 396 },
  box: { width: 128, height: 52 },
  gap: 10,
  side: 4,
}

/**
 * @param {{ frontends: readonly string[], backends: readonly string[] }} machines
 * @param {boolean} wide
 * @returns {Layout}
 */
export function layOut({ frontends, backends }, wide) {
  const place = wide ? across(Math.max(3, frontends.length, backends.length)) : down
  // Asking the DNS is a step aside: it stands above the browser, or on a phone to its right.
  const browser = { name: 'browser', layer: /** @type {Layer} */ ('client') }
  const dns = { name: 'dns', layer: /** @type {Layer} */ ('dns') }
  const client = place('client', wide ? [dns, browser] : [browser, dns])
  const frontend = place(
    'frontend',
    frontends.map(name => ({ name, layer: 'frontend' })),
  )
  const backend = place(
    'backend',
    backends.map(name => ({ name, layer: 'backend' })),
  )
  const stores = place('stores', [
    { name: 'redis', layer: 'redis' },
    { name: 'mysql', layer: 'mysql' },
  ])

  const forward = wide ? linkAcross : linkDown
  const aside = wide ? linkDown : linkAcross
  const asker = client.filter(node => node.layer === 'client')
  const asked = client.filter(node => node.layer === 'dns')
  return {
    width: wide ? WIDE.width : TALL.width,
    height: wide ? heightAcross(Math.max(3, frontends.length, backends.length)) : TALL.height,
    nodes: [...client, ...frontend, ...backend, ...stores],
    links: [
      ...pairs(asker, asked, aside),
      ...pairs(asker, frontend, forward),
      ...pairs(frontend, backend, forward),
      ...pairs(backend, stores, forward),
    ],
    captions: wide
      ? /** @type {Rank[]} */ (Object.keys(WIDE.column)).map(rank => ({ rank, x: WIDE.column[rank], y: 16 }))
      : [],
  }
}

/** The cross where a path ends. */
export const CROSS_RADIUS = 17

/**
 * The middle of the cross: between the last machine that is known to have been passed and where the next ones stand, or, for a
 * machine that answered with an error of its own, on that machine's corner. Inside the drawing.
 *
 * @param {Layout} layout
 * @param {{ names: readonly string[], broken: import('./explain.js').Place }} path
 * @returns {{ x: number, y: number }}
 */
export function placeCross({ nodes, width }, { names, broken }) {
  const next = nodes.filter(node =>
    broken === 'stores' ? ['redis', 'mysql'].includes(node.layer) : node.layer === broken,
  )
  const failed = next.find(node => names.includes(node.name))
  if (failed) return { x: Math.min(failed.x + failed.width / 2, width - CROSS_RADIUS), y: failed.y - failed.height / 2 }
  const last = nodes.find(node => node.name === names.findLast(name => name !== 'dns'))
  return mean([mean(next), ...(last ? [last] : [])])
}

/** @param {readonly { x: number, y: number }[]} points */
function mean(points) {
  const sum = (/** @type {'x' | 'y'} */ axis) => points.reduce((sum, point) => sum + point[axis], 0)
  const count = Math.max(1, points.length)
  return { x: sum('x') / count, y: sum('y') / count }
}

/** @typedef {(rank: Rank, machines: { name: string, layer: Layer }[]) => Node[]} Place */

/** @param {number} tallest machines in the tallest column */
function heightAcross(tallest) {
  return WIDE.top + tallest * (WIDE.box.height + WIDE.gap) - WIDE.gap + WIDE.bottom
}

/** Columns from left to right, all centred on one height. @param {number} tallest @returns {Place} */
function across(tallest) {
  const middle = (WIDE.top + heightAcross(tallest) - WIDE.bottom) / 2
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

/** Rows from top to bottom, each shared by its machines. @type {Place} */
function down(rank, machines) {
  const share = (TALL.width - 2 * TALL.side + TALL.gap) / Math.max(1, machines.length)
  const width = Math.min(TALL.box.width, share - TALL.gap)
  const step = machines.length === 2 ? TALL.width / 2 : width + TALL.gap
  return machines.map((machine, i) => ({
    ...machine,
    width,
    height: TALL.box.height,
    x: TALL.width / 2 + (i - (machines.length - 1) / 2) * step,
    y: TALL.row[rank],
  }))
}

/**
 * @param {Node[]} from
 * @param {Node[]} to
 * @param {(from: Node, to: Node) => Link} link
 */
function pairs(from, to, link) {
  return from.flatMap(a => to.map(b => link(a, b)))
}

/** A soft S between the facing sides of two boxes. @param {Node} from @param {Node} to @returns {Link} */
function linkAcross(from, to) {
  const sign = Math.sign(to.x - from.x)
  const [x1, x2] = [from.x + (sign * from.width) / 2, to.x - (sign * to.width) / 2]
  const middle = (x1 + x2) / 2
  return { from: from.name, to: to.name, d: `M${x1} ${from.y} C${middle} ${from.y} ${middle} ${to.y} ${x2} ${to.y}` }
}

/** The same, standing. @param {Node} from @param {Node} to @returns {Link} */
function linkDown(from, to) {
  const sign = Math.sign(to.y - from.y)
  const [y1, y2] = [from.y + (sign * from.height) / 2, to.y - (sign * to.height) / 2]
  const middle = (y1 + y2) / 2
  return { from: from.name, to: to.name, d: `M${from.x} ${y1} C${from.x} ${middle} ${to.x} ${middle} ${to.x} ${y2}` }
}
