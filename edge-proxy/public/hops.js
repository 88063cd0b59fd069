/**
 * What the fields of a response say: which machines it passed, how long each hop took, which backends are off.
 *
 * Read beside: docs/life-of-a-request.md; W3C Server Timing §2 (the field's grammar)
 * Pure: field values in, values out.
 */

/** @typedef {{ frontend?: string, backend?: string }} ServedBy */
/** @typedef {'network' | 'edge' | 'backend' | 'redis' | 'mysql'} Hop */

/** In the order in which a request passes them. @type {readonly Hop[]} */
export const HOPS = ['network', 'edge', 'backend', 'redis', 'mysql']

/**
 * Reads `X-Served-By: frontend2, backend1`. Other names are ignored, because each name becomes a box in the drawing.
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
 * Reads `X-Unavailable: backend2;why=refused, backend3;why=drain`: the backends that get no traffic. The field is missing while all
 * are available.
 *
 * @param {string | null} field
 * @returns {Map<string, string>} name → reason
 */
export function parseUnavailable(field) {
  const found = (field ?? '').matchAll(/(?:^|,)\s*(backend\d{1,3});\s*why=([a-z]+)/g)
  return new Map([...found].map(([, name = '', why = '']) => /** @type {const} */ ([name, why])))
}

/**
 * Reads `Server-Timing: edge;dur=2.1, backend;dur=1.4;desc="…", redis;dur=0.6` into milliseconds by name.
 * Equal names (two commands to Redis) are added up.
 *
 * @param {string | null} field
 * @returns {Map<string, number>}
 */
export function parseServerTiming(field) {
  const durations = new Map()
  // Inside quotes, commas and semicolons are not separators. Quoted text is dropped, unless it is a number.
  const bare = (field ?? '').replace(/"((?:[^"\\]|\\.)*)"/g, (_, text) => (/^[\d.]+$/.test(text) ? text : ''))
  for (const metric of bare.split(',')) {
    const [name = '', ...parameters] = metric.split(';').map(part => part.trim().toLowerCase())
    const dur = parameters.map(parameter => /^dur\s*=\s*(\d+(?:\.\d+)?)$/.exec(parameter)?.[1]).find(Boolean)
    if (name && dur) durations.set(name, (durations.get(name) ?? 0) + Number(dur))
  }
  return durations
}

/**
 * The milliseconds that each hop took itself. The times are nested: the edge's contains the backend's, which contains those of Redis
 * and MySQL; the browser's contains them all. So the time of the inner hops is subtracted.
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
