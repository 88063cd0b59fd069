/**
 * The result of a run of requests: which machines answered, in which order, how fast; and the last runs side by side, with and without caches.
 *
 * Read beside: report-sums.js, client-form.js
 * Touches the world: the document, and a timer for the TTL.
 */
import { scrollBox } from './controls.js'
import { byId, createElement } from './dom.js'
import { explainButton } from './explain-view.js'
import { ordinalOf, rotations, timeClasses } from './report-sums.js'
import { numeral, say } from './words.js'

/** Responses that are drawn in order. */
const MAX_CELLS = 240
const MAX_RUNS = 6

/** The runs of this page, newest first. @type {{ plan: any, report: any }[]} */
const runs = []

/** @param {any} plan @param {any} report */
export function addRun(plan, report) {
  runs.unshift({ plan, report })
  if (runs.length > MAX_RUNS) runs.pop()
  drawReport()
}

export function drawReport() {
  const [last] = runs
  if (last === undefined) return
  const { report } = last
  byId('report-card').hidden = false
  const parts = [
    part(
      say('shares'),
      undefined,
      ...bars('frontend', report.frontends, report.count),
      ...bars('backend', report.backends, report.count),
      sentence(report),
    ),
    part(say('inOrder'), undefined, ...strips(report.sequence), ...histogram(report.sequence)),
    part(say('perFrontend'), 'rotation', ...ownRotations(report.sequence)),
  ]
  const caches = part(say('runs'), 'caches', createElement('p', 'muted', say('runsWhy')), runTable())
  // One response has no distribution.
  byId('report').replaceChildren(
    ...(report.count > 1 ? parts : [part(say('oneResponse'), undefined, sentence(report))]),
    caches,
  )
  drawTtl()
}

/** @param {string} title @param {string | undefined} explained @param {...Node} children */
function part(title, explained, ...children) {
  const heading = createElement('h3', '', title, ...(explained === undefined ? [] : [explainButton(explained)]))
  return createElement('div', 'report-part', heading, ...children)
}

/** @type {any} */
let lastMap

/** The machines that could have answered. @param {any} map */
export function useMap(map) {
  lastMap = map
}
setInterval(drawTtl, 1000)

/** The seconds until the cached answer is asked for again. */
function drawTtl() {
  const cached = runs.find(({ plan }) => plan.sameWindow)?.report.cached
  const place = byId('ttl')
  place.hidden = !cached
  if (!cached) return
  const left = Math.ceil((cached.expires - Date.now()) / 1000)
  const addresses = cached.addresses.join(', ')
  const text = left > 0 ? say('ttlLeft', { addresses, n: left }) : say('ttlOver')
  if (place.firstChild?.textContent !== text)
    place.replaceChildren(
      createElement('span', '', text),
      ...(place.lastElementChild?.matches('.explain') ? [place.lastElementChild] : [explainButton('ttl')]),
    )
}

/** @param {any} report */
function sentence({ p50, p99, errors, retries, statuses, count, seconds }) {
  const failed = Object.values(errors).reduce((sum, number) => sum + Number(number), 0)
  const parts = [
    ...(count > 1 ? [say('reached', { n: numeral(count / seconds, 1) })] : []),
    ...(p50 === null ? [] : [say('times', { p50: numeral(p50, 1), p99: numeral(p99, 1) })]),
    `${say('statuses')}: ${
      Object.entries(statuses)
        .map(([status, count]) => `${status} × ${count}`)
        .join(', ') || '–'
    }`,
    `${say('errors')}: ${failed}${failed > 0 ? ` (${Object.keys(errors).join(', ')})` : ''}`,
    `${say('retries')}: ${retries}`,
  ]
  return createElement('p', 'muted', parts.join(' · '))
}

/** A bar for each machine of the role, with the equal share as a dashed line. @param {'frontend' | 'backend'} role @param {Record<string, number>} counts @param {number} total */
function bars(role, counts, total) {
  const there = (lastMap?.components ?? [])
    .filter((/** @type {any} */ one) => one.role === role && one.state !== 'stopped')
    .map((/** @type {any} */ { name }) => name)
  const names = [...new Set([...there, ...Object.keys(counts)])].sort()
  if (Object.keys(counts).length === 0) return []
  return names.map(name => {
    const count = counts[name] ?? 0
    const bar = createElement('span', `bar ${role}`)
    bar.style.setProperty('--share', `${(100 * count) / total}%`)
    bar.style.setProperty('--expected', `${100 / names.length}%`)
    return createElement(
      'p',
      'bar-row',
      createElement('span', 'bar-name', name),
      bar,
      createElement('span', 'bar-count', `${count} (${numeral((100 * count) / total)} %)`),
    )
  })
}

/** One cell for each response: the number of the machine, in the colour of its layer. @param {any[]} sequence */
function strips(sequence) {
  const cells = sequence.slice(0, MAX_CELLS)
  /** @param {'frontend' | 'backend'} role */
  const strip = role => {
    const row = createElement('p', `strip ${role}`, ...cells.map(one => cell(one[role])))
    row.setAttribute(
      'aria-label',
      `${say(role === 'frontend' ? 'frontends' : 'backends')}: ${cells.map(one => ordinalOf(one[role] ?? '') || '–').join(' ')}`,
    )
    row.setAttribute('role', 'img')
    return createElement(
      'div',
      'strip-row',
      createElement('span', 'bar-name', say(role === 'frontend' ? 'frontends' : 'backends')),
      row,
    )
  }
  return [
    strip('frontend'),
    ...(cells.some(one => one.backend !== undefined) ? [strip('backend')] : []),
    ...(sequence.length > MAX_CELLS ? [createElement('p', 'muted', say('sequenceLimited', { n: MAX_CELLS }))] : []),
  ]
}

/** @param {string | undefined} name */
function cell(name) {
  const ordinal = ordinalOf(name ?? '')
  return createElement('span', `cell n${Math.min(ordinal, 4)}`, ordinal === 0 ? '–' : String(ordinal))
}

/** @param {any[]} sequence */
function histogram(sequence) {
  const classes = timeClasses(sequence)
  const most = Math.max(...classes.map(({ count }) => count))
  const rows = classes.map(({ upTo, count }) => {
    const bar = createElement('span', 'bar client')
    bar.style.setProperty('--share', `${(100 * count) / most}%`)
    return createElement(
      'p',
      'bar-row',
      createElement('span', 'bar-name', `≤ ${numeral(upTo)} ms`),
      bar,
      createElement('span', 'bar-count', String(count)),
    )
  })
  return rows.length === 0 ? [] : [createElement('h4', '', say('responseTimes')), ...rows]
}

/** @param {any[]} sequence */
function ownRotations(sequence) {
  const rows = rotations(sequence).map(([frontend, backends]) => {
    const shown = backends.slice(0, 24)
    const row = createElement(
      'p',
      'strip backend',
      ...shown.map(name => cell(name)),
      ...(backends.length > shown.length ? ['…'] : []),
    )
    row.setAttribute('role', 'img')
    row.setAttribute('aria-label', `${frontend}: ${shown.map(name => ordinalOf(name)).join(' ')}`)
    return createElement('div', 'strip-row', createElement('span', 'bar-name', frontend), row)
  })
  return [...rows, createElement('p', 'muted', say('perFrontendWhy'))]
}

function runTable() {
  const head = /** @type {const} */ ([
    'run_settings',
    'run_requests',
    'run_queries',
    'run_connections',
    'run_frontends',
  ])
  const rows = runs.map(({ plan, report }) => {
    const how = [plan.cache === 'ttl' ? say('withCache') : '', plan.keepAlive ? say('withKeepAlive') : '']
      .filter(Boolean)
      .join(' + ')
    const cells = [
      report.count,
      report.resolved.query ?? 0,
      report.connections.new,
      Object.keys(report.frontends).length,
    ]
    return createElement(
      'tr',
      '',
      createElement('th', '', how || say('withoutCaches')),
      ...cells.map(value => createElement('td', '', numeral(Number(value)))),
    )
  })
  const table = createElement(
    'table',
    'table',
    createElement('thead', '', createElement('tr', '', ...head.map(word => createElement('th', '', say(word))))),
    createElement('tbody', '', ...rows),
  )
  return scrollBox(say('runs'), table)
}
