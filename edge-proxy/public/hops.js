/**
 * What an answer says about its way: who served it, and how long each hop took.
 *
 * Read beside: docs/life-of-a-request.md; W3C Server Timing §2 (the field's grammar)
 * Pure: field values in, values out.
 */

/** @typedef {{ frontend?: string, backend?: string }} ServedBy */
/** @typedef {'network' | 'edge' | 'backend' | 'redis' | 'mysql'} Hop */

/** In the order in which a request passes them. @type {readonly Hop[]} */
export const HOPS = ['network', 'edge', 'backend', 'redis', 'mysql']

/**
 * Reads `X-Served-By: frontend2, backend1`. A name that is not a machine's is left out: it would become a box in the drawing.
 *
 * @param {string | null} field
 * @returns {ServedBy}
 */
export function parseServedBy(field) {
  const names = (field ?? '').split(',').map(name => name.trim())
  const frontend = names.find(name => /^frontend\d{1,3}$/.test(name))
  const backend = names.find(name => /^backend\d{1,3}$/.test(name))
  return { ...(frontend && { frontend }), ...(backend && { backend }) }
}

/**
 * Reads `Server-Timing: edge;dur=2.1, backend;dur=1.4;desc="…", redis;dur=0.6` into milliseconds by name.
 * A name that comes twice (two commands to Redis) is summed.
 *
 * @param {string | null} field
 * @returns {Map<string, number>}
 */
export function parseServerTiming(field) {
  const durations = new Map()
  // Commas and semicolons inside of quotes separate nothing. The one quoted value that matters here is a number.
  const bare = (field ?? '').replace(/"((?:[^"\\]|\\.)*)"/g, (_, text) => (/^[\d.]+$/.test(text) ? text : ''))
  for (const metric of bare.split(',')) {
    const [name = '', ...parameters] = metric.split(';').map(part => part.trim().toLowerCase())
    const dur = parameters.map(parameter => /^dur\s*=\s*(\d+(?:\.\d+)?)$/.exec(parameter)?.[1]).find(Boolean)
    if (name && dur) durations.set(name, (durations.get(name) ?? 0) + Number(dur))
  }
  return durations
}

/**
 * Each hop's own milliseconds. Server-Timing nests: the edge's time contains the backend's, which contains Redis' and
 * MySQL's; what the browser measured contains them all. What is left after the inner hops is the hop's own.
 *
 * @param {number} total what the browser measured, in milliseconds
 * @param {ReadonlyMap<string, number>} timing
 * @returns {Partial<Record<Hop, number>>} only the hops that the request passed
 */
export function ownTimes(total, timing) {
  const stores = (timing.get('redis') ?? 0) + (timing.get('mysql') ?? 0)
  const backend = timing.get('backend')
  const edge = timing.get('edge')
  /** @type {Partial<Record<Hop, number>>} */
  const own = { network: Math.max(0, total - (edge ?? backend ?? stores)) }
  if (edge !== undefined) own.edge = Math.max(0, edge - (backend ?? stores))
  if (backend !== undefined) own.backend = Math.max(0, backend - stores)
  for (const store of /** @type {const} */ (['redis', 'mysql'])) {
    const ms = timing.get(store)
    if (ms !== undefined) own[store] = ms
  }
  return own
}
