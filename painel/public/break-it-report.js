/**
 * "Break it": the form as a request, and a report as numbers and words. Only what was observed gets a sentence.
 *
 * Read beside: break-it.js, painel/act/observation.ts (the report)
 * Pure: values in, values out.
 */

/** What a person may expect of the requests, from none that fails to most of them. @typedef {'none' | 'few' | 'part' | 'most'} Expectation */

/**
 * Which expectation a result is.
 *
 * @param {number} failed @param {number} count
 * @returns {Expectation}
 */
export function expectationOf(failed, count) {
  if (failed === 0) return 'none'
  const share = failed / count
  if (share <= 0.1) return 'few'
  return share <= 0.7 ? 'part' : 'most'
}

/** The member of a fault that its number or code is for. @type {Readonly<Record<string, string>>} */
const VALUE_OF = { slow: 'ms', reset: 'octets', error: 'status' }

/**
 * The body of `POST /api/experiments`.
 *
 * @param {Readonly<Record<string, string>>} form  the fields of the form
 * @param {string | undefined} role                the role of the component
 */
export function experimentBody(
  { what = '', component, value, kind = '', amount = '', share, target, rate, seconds },
  role,
) {
  const common = { what, rate: Number(rate), seconds: Number(seconds) }
  if (what === 'fault') return { ...common, component, fault: faultBody(kind, amount, share, target, role) }
  if (needsComponent(what)) return { ...common, component }
  return { ...common, value }
}

/** @param {string} what */
export function needsComponent(what) {
  return ['stop', 'start', 'pause', 'resume', 'fault', 'record'].includes(what)
}

/** @param {string} kind @param {string} amount @param {string} [share] @param {string} [target] @param {string} [role] */
function faultBody(kind, amount, share, target, role) {
  const isDns = role === 'dns'
  const member = VALUE_OF[kind]
  const code = isDns && kind === 'error' ? { rcode: amount.toUpperCase() } : member && { [member]: Number(amount) }
  if (kind === 'refuse') return { kind }
  return {
    kind,
    ...(amount === '' ? {} : code),
    ...(share === undefined || share === '1' ? {} : { share: Number(share) }),
    ...(target ? { [isDns ? 'name' : 'path']: target } : {}),
  }
}

/** Components of these roles are offered first: while one is off, another one does its work. */
const FIRST_ROLES = ['backend', 'frontend', 'dns']

/**
 * The components that an action can be for, those that another one can replace first.
 *
 * @param {string} what
 * @param {readonly any[]} components of the map
 * @returns {string[]}
 */
export function candidates(what, components) {
  const fits = /** @type {Readonly<Record<string, (one: any) => boolean>>} */ ({
    stop: ({ state }) => ['up', 'unreachable', 'paused'].includes(state),
    start: ({ state }) => ['stopped', 'died'].includes(state),
    pause: ({ state }) => state === 'up',
    resume: ({ state }) => state === 'paused',
    fault: ({ role, state }) => ['dns', 'frontend', 'backend', 'application'].includes(role) && state === 'up',
    record: ({ role }) => role === 'frontend',
  })[what]
  if (fits === undefined) return []
  const place = (/** @type {any} */ { role }) => {
    const index = FIRST_ROLES.indexOf(role)
    return index < 0 ? FIRST_ROLES.length : index
  }
  return components
    .filter(fits)
    .sort((one, other) => place(one) - place(other))
    .map(({ name }) => name)
}

/** The values of each switch, the default last. @type {Readonly<Record<string, readonly string[]>>} */
export const VALUES = {
  order: ['random', 'fixed', 'query-id', 'cyclic'],
  health: ['off', 'on'],
  sessions: ['memory', 'redis'],
  balance: ['sticky', 'least-connections', 'round-robin'],
}

/**
 * What is not as at the start: each component and the word for its state, its fault or its setting.
 *
 * @param {readonly any[]} components of the map
 * @returns {(readonly [name: string, word: string])[]}
 */
export function changesIn(components) {
  return components.flatMap(({ name, role, state, spare, faults, settings }) => {
    const { order, health, algorithm, sessions } = settings
    const isOurs = !spare && !['application', 'socks'].includes(role)
    const words = [
      isOurs && ['stopped', 'died', 'paused'].includes(state) && state,
      ...faults.map((/** @type {any} */ { kind }) => kind),
      order?.policy !== 'cyclic' && order?.policy,
      health?.enabled === false && 'healthOff',
      algorithm !== 'round-robin' && algorithm,
      sessions === 'memory' && sessions,
    ]
    return words.filter(Boolean).map(word => /** @type {const} */ ([name, word]))
  })
}
