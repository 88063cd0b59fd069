/**
 * One request as a swim lane to scale, with its retries as branches; and beside it a second one on the same axis, with what differed.
 *
 * Read beside: trace.js (the rows), trace-axis.js (their scale), differences.js
 * Touches the world: the document.
 */

import { button, fillSelect, moveWithArrows, scrollBox, selectById } from './controls.js'
import { differencesOf } from './differences.js'
import { byId, createElement, redraw } from './dom.js'
import { layerOf } from './event-list.js'
import { traceOf } from './trace.js'
import { axisOf } from './trace-axis.js'
import { isEnglish, numeral, say, sayOr } from './words.js'

/** @type {any} */
let journey
/** @type {any} */
let other
/** @type {(id: string) => Promise<any>} */
let journeyOf

/** @param {(id: string) => Promise<any>} load @param {() => void} changed */
export function watchTrace(load, changed) {
  journeyOf = load
  moveWithArrows(byId('lanes'))
  selectById('compare').addEventListener('change', async () => {
    const id = selectById('compare').value
    other = id === '' ? undefined : await journeyOf(id).catch(() => undefined)
    changed()
  })
}

/** @param {any} shown */
export function setJourney(shown) {
  journey = shown
}

/**
 * @param {readonly any[]} requests which can be compared with
 * @param {(event: { time: number, kind: string, component: string }) => void} choose a bar was chosen
 * @param {any} current the event that is shown
 */
export function drawTrace(requests, choose, current) {
  byId('trace').hidden = journey === undefined
  if (journey === undefined) return
  const { method, target, status, state, frontend, backend, milliseconds, id } = journey
  byId('trace-title').textContent = `${method} ${target}`
  const time = milliseconds === null ? '' : ` · ${numeral(milliseconds, 1)} ms`
  byId('trace-summary').textContent =
    `${status ?? ''} ${sayOr(state)} · ${[frontend, backend].filter(Boolean).join(' → ')}${time} · ${id}`
  fillSelect(selectById('compare'), [
    ['', say('noComparison')],
    ...requests
      .filter(one => one.id !== id)
      .map(
        one =>
          /** @type {const} */ ([
            one.id,
            `${one.method} ${one.target} · ${one.status ?? '…'} · ${[one.frontend, one.backend].filter(Boolean).join(' → ')} · ${one.id.slice(0, 8)}`,
          ]),
      ),
  ])
  const compared = other !== undefined && other.id !== id ? other : undefined
  const traces = (compared === undefined ? [journey] : [journey, compared]).map(({ hops }) => traceOf(hops))
  const axis = axisOf(
    traces.flatMap(({ rows }) => rows.flatMap(({ spans }) => spans)),
    Math.max(...traces.map(({ milliseconds }) => milliseconds)),
  )
  byId('cut-note').hidden = axis.cuts.length === 0
  redraw(byId('lanes'), ...lanes(journey, axis, choose, current))
  redraw(
    byId('lanes-other'),
    ...(compared === undefined ? [] : [createElement('h3', '', titleOf(compared)), ...lanes(compared, axis)]),
  )
  redraw(byId('differences'), ...(compared === undefined ? [] : [differenceTable(journey, compared)]))
}

/** @param {any} one */
function titleOf({ method, target, id }) {
  return `${method} ${target} · ${id.slice(0, 8)}`
}

/** @param {any} one @param {import('./trace-axis.js').TraceAxis} axis @param {((event: any) => void)} [choose] @param {any} [current] */
function lanes({ hops }, axis, choose, current) {
  const { rows } = traceOf(hops)
  return [
    ...rows.map(row => {
      const track = createElement('div', 'track', ...axis.cuts.map(cut => cutMark(cut, axis)))
      for (const { start, end, step, failed } of row.spans) {
        const hop = hops[step]
        const sentence = isEnglish() ? hop.reasonEn : hop.reason
        const span = choose === undefined ? createElement('span', '') : button('', () => choose(hop))
        span.className = `span ${layerOf(row.place)}${end > start ? '' : ' moment'}${failed ? ' failed' : ''}`
        if (current && hop.time === current.time && hop.kind === current.kind && hop.component === current.component)
          span.classList.add('shown')
        place(span, axis, start, end)
        span.title = `${sentence} ${numeral(end, 2)} ms`
        if (choose !== undefined) span.setAttribute('aria-label', sentence)
        span.tabIndex = -1
        track.append(span)
      }
      const name =
        row.place === 'attempt'
          ? say('attempt', { n: row.ordinal, backend: row.name })
          : row.name === 'client'
            ? say('column_client')
            : row.name
      const label = createElement('span', `lane-name ${layerOf(row.place)}`, row.failed ? `✕ ${name}` : name)
      const sentences = row.reasons.map(step => (isEnglish() ? hops[step].reasonEn : hops[step].reason))
      const reason = sentences.length === 0 ? [] : [createElement('p', 'lane-reason', sentences.join(' '))]
      return createElement('div', `lane is-${row.place}${row.failed ? ' failed' : ''}`, label, track, ...reason)
    }),
    createElement('div', 'lane', createElement('span', 'lane-name', ''), axisTrack(axis)),
  ]
}

/** @param {HTMLElement} mark @param {import('./trace-axis.js').TraceAxis} axis @param {number} start @param {number} end milliseconds */
function place(mark, { percentOf }, start, end) {
  // A moment is 6 pixels wide, also at the end of the axis.
  mark.style.left = end > start ? `${percentOf(start).toFixed(2)}%` : `min(${percentOf(start).toFixed(2)}%, 100% - 6px)`
  if (end > start) mark.style.width = `${(percentOf(end) - percentOf(start)).toFixed(2)}%`
}

/** @param {import('./trace-axis.js').TraceAxis} axis */
function axisTrack(axis) {
  const ticks = axis.ticks.map(tick => {
    const mark = createElement('span', 'tick', `${numeral(tick, tick < 1 && tick > 0 ? 2 : 0)} ms`)
    place(mark, axis, tick, tick)
    if (axis.percentOf(tick) > 92) mark.classList.add('last')
    return mark
  })
  const durations = axis.cuts.map(cut => {
    const mark = cutMark(cut, axis)
    mark.append(durationWords(cut.to - cut.from))
    return mark
  })
  return createElement('div', 'track axis', ...ticks, ...durations)
}

/** @param {import('./trace-axis.js').TraceCut} cut @param {import('./trace-axis.js').TraceAxis} axis */
function cutMark({ from, to }, axis) {
  const mark = createElement('span', 'cut')
  place(mark, axis, from, to)
  return mark
}

/** `2,5 s`, `3 min 4 s`, `1 h 20 min`. @param {number} milliseconds */
function durationWords(milliseconds) {
  if (milliseconds < 60_000) return `${numeral(milliseconds / 1_000, 1)} s`
  const seconds = Math.round(milliseconds / 1_000)
  const minutes = Math.floor(seconds / 60)
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** @param {any} one @param {any} two */
function differenceTable(one, two) {
  const rows = differencesOf(one, two)
  const differs = rows.some(row => row.differs && row.aspect !== 'milliseconds')
  const cells = rows.map(row =>
    createElement(
      'tr',
      row.differs ? 'differs' : '',
      createElement('th', '', say(`aspect_${row.aspect}`)),
      createElement('td', '', sayOr(row.one)),
      createElement('td', '', row.differs ? `≠ ${sayOr(row.other)}` : `= ${say('same')}`),
    ),
  )
  const head = createElement(
    'thead',
    '',
    createElement(
      'tr',
      '',
      createElement('th', '', say('aspect')),
      createElement('th', '', one.id.slice(0, 8)),
      createElement('th', '', two.id.slice(0, 8)),
    ),
  )
  return createElement(
    'div',
    '',
    scrollBox(say('aspect'), createElement('table', 'table', head, createElement('tbody', '', ...cells))),
    ...(differs ? [] : [createElement('p', 'muted', say('allSame'))]),
  )
}
