/**
 * What differed between two requests.
 *
 * Read beside: trace-view.js, painel/journeys/journey.ts
 * Pure: two journeys in, rows of a table out.
 */

/**
 * @typedef {'resolved' | 'order' | 'connection' | 'frontend' | 'attempts' | 'redis' | 'mysql' | 'status' | 'milliseconds'} Aspect
 * @typedef {{ aspect: Aspect, one: string, other: string, differs: boolean }} Difference
 */

/** @param {any} one @param {any} other @returns {Difference[]} */
export function differencesOf(one, other) {
  const mine = aspectsOf(one)
  const theirs = aspectsOf(other)
  return /** @type {Aspect[]} */ (Object.keys(mine)).map(aspect => ({
    aspect,
    one: mine[aspect],
    other: theirs[aspect],
    differs: mine[aspect] !== theirs[aspect],
  }))
}

/** @param {any} journey @returns {Record<Aspect, string>} */
function aspectsOf({ hops, frontend, status, milliseconds }) {
  /** @param {string} kind @returns {any[]} */
  const details = kind =>
    hops.filter((/** @type {any} */ hop) => hop.kind === kind).map((/** @type {any} */ { detail }) => detail)
  const lookup = details('client.lookup').find(({ type }) => type === 'A')
  const connection = details('client.address').at(-1)?.connection
  return {
    resolved: lookup?.source ?? '–',
    order: lookup?.addresses.map(lastOctet).join(' ') ?? '–',
    connection: connection ?? '–',
    frontend: frontend ?? '–',
    attempts: attemptsOf(hops) || '–',
    redis: String(details('backend.redis').length),
    mysql: String(details('backend.mysql').length),
    status: String(status ?? '–'),
    milliseconds: milliseconds === null ? '–' : `${milliseconds.toFixed(1)} ms`,
  }
}

/** `backend2 ✕, backend1`. @param {readonly any[]} hops */
function attemptsOf(hops) {
  const failed = hops.filter(({ kind }) => kind === 'edge.attempt-failed').map(({ detail }) => detail.backend)
  return hops
    .filter(({ kind, detail }) => kind === 'edge.pick' && detail.backend !== null)
    .map(({ detail }) => (failed.includes(detail.backend) ? `${detail.backend} ✕` : detail.backend))
    .join(', ')
}

/** `.20` of `127.20.0.20`. @param {string} address */
function lastOctet(address) {
  return `.${address.split('.').at(-1)}`
}
