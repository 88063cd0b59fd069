/**
 * One request as lanes: a row for the client, for each DNS server, for the frontend, for each attempt at a backend (the branches), and for
 * Redis and MySQL, with bars in milliseconds since the beginning.
 *
 * Read beside: painel/journeys/journey.ts (the hops), trace-axis.js (their place on the axis), trace-view.js (which draws the rows)
 * Pure: hops in, rows out.
 */

/**
 * @typedef {object} TraceSpan
 * @property {number} start milliseconds since the beginning of the journey
 * @property {number} end   the same as `start` for a moment
 * @property {number} step  which hop it comes from
 * @property {boolean} failed
 *
 * @typedef {object} TraceRow
 * @property {'client' | 'dns' | 'edge' | 'attempt' | 'backend' | 'redis' | 'mysql' | 'queue'} place
 * @property {string} name   a component
 * @property {number} ordinal of an attempt, from 1; 0 for other rows
 * @property {boolean} failed whether an attempt failed
 * @property {number[]} reasons the hops whose sentences give the reasons: of the choice, and of the failure
 * @property {TraceSpan[]} spans
 */

/**
 * @param {readonly any[]} hops in the order in which they were observed
 * @returns {{ milliseconds: number, rows: TraceRow[] }}
 */
export function traceOf(hops) {
  const begin = Math.min(...hops.map(({ time, ms }) => time - (ms ?? 0)))
  const end = Math.max(...hops.map(({ time }) => time))
  /** @type {TraceRow[]} */
  const rows = []
  /** @param {TraceRow['place']} place @param {string} name */
  const rowOf = (place, name) => {
    const known = rows.find(row => row.place === place && row.name === name)
    if (known) return known
    /** @type {TraceRow} */
    const row = { place, name, ordinal: 0, failed: false, reasons: [], spans: [] }
    rows.push(row)
    return row
  }
  /** @param {any} hop @param {number} step @returns {TraceSpan} */
  const spanOf = ({ time, ms, failed }, step) => ({
    start: time - (ms ?? 0) - begin,
    end: time - begin,
    step,
    failed,
  })
  /** @type {TraceRow | undefined} */
  let attempt
  let attempts = 0
  for (const [step, hop] of hops.entries()) {
    const { kind, hop: place, component, detail, to } = hop
    const span = spanOf(hop, step)
    if (kind === 'edge.pick' && detail.backend !== null) {
      attempts++
      attempt = {
        place: 'attempt',
        name: detail.backend,
        ordinal: attempts,
        failed: false,
        reasons: [step],
        spans: [span],
      }
      rows.push(attempt)
    } else if (attempt && ['edge.connected', 'edge.sent', 'edge.first-octet', 'edge.attempt-failed'].includes(kind)) {
      attempt.spans.push(span)
      if (kind === 'edge.attempt-failed') {
        attempt.failed = true
        attempt.reasons.push(step)
      }
    } else {
      rowOf(place, place === 'redis' || place === 'mysql' ? to : place === 'client' ? 'client' : component).spans.push(
        span,
      )
    }
  }
  for (const row of rows) if (row.place === 'edge') row.spans.unshift(...wholeOf(row.spans, hops))
  return { milliseconds: Math.max(end - begin, 0.001), rows: rows.toSorted(byPlace) }
}

/** The time from the first to the last event of the edge, where the event of its end does not carry a duration. @param {TraceSpan[]} spans @param {readonly any[]} hops */
function wholeOf(spans, hops) {
  const first = spans[0]
  const last = spans.at(-1)
  if (first === undefined || last === undefined || spans.some(({ step }) => hops[step].ms !== null)) return []
  return [{ start: first.start, end: last.end, step: last.step, failed: last.failed }]
}

const PLACES = ['client', 'dns', 'edge', 'attempt', 'backend', 'redis', 'mysql', 'queue']

/** @param {TraceRow} one @param {TraceRow} other */
function byPlace(one, other) {
  return PLACES.indexOf(one.place) - PLACES.indexOf(other.place) || one.ordinal - other.ordinal
}
