/**
 * The time axis of a trace: the same scale everywhere, but a long time without any event is cut out, and its duration is written there.
 * Without the cut, a decision that comes minutes after its request would make all earlier bars too small to see.
 *
 * Read beside: trace.js (the bars), trace-view.js (which draws bars and cuts)
 * Pure: times in, positions out.
 */

/** Milliseconds. A shorter time without events is not cut out. */
const SHORTEST_CUT = 1_000
/** Percent of the axis: room for a duration. Many cuts are narrower, so that the bars keep at least half of the axis. */
const WIDEST_CUT = 14
const ALL_CUTS = 50
/** Percent of the axis that the text of a tick may take. */
const TICK_TEXT = 12

/**
 * @typedef {object} TraceCut a time without events, in milliseconds since the beginning
 * @property {number} from
 * @property {number} to
 *
 * @typedef {object} TraceAxis
 * @property {readonly TraceCut[]} cuts in the order of time
 * @property {(ms: number) => number} percentOf the position of a time, from 0 to 100
 * @property {readonly number[]} ticks round times before the first cut, in milliseconds
 */

/**
 * A time without events is cut out when it is longer than all times with events together.
 *
 * @param {readonly { start: number, end: number }[]} spans of all rows that share the axis
 * @param {number} milliseconds from the beginning to the last event; more than 0
 * @returns {TraceAxis}
 */
export function axisOf(spans, milliseconds) {
  const gaps = gapsBetween(spans).filter(gap => lengthOf(gap) >= SHORTEST_CUT)
  const busy = milliseconds - sumOf(gaps)
  const cuts = gaps.filter(gap => lengthOf(gap) > busy)
  const width = Math.min(WIDEST_CUT, ALL_CUTS / cuts.length)
  const shown = Math.max(milliseconds - sumOf(cuts), 0.001)
  const perMs = (100 - (cuts.length === 0 ? 0 : cuts.length * width)) / shown
  /** @param {number} ms */
  const percentOf = ms => {
    const before = cuts.filter(({ to }) => to <= ms)
    const inside = cuts.find(({ from, to }) => from < ms && ms < to)
    const drawn = (inside?.from ?? ms) - sumOf(before)
    const ofInside = inside === undefined ? 0 : ((ms - inside.from) / lengthOf(inside)) * width
    return Math.min(100, drawn * perMs + before.length * width + ofInside)
  }
  const first = cuts[0]
  const room = first === undefined ? 100 : percentOf(first.from) - TICK_TEXT
  return { cuts, percentOf, ticks: ticksFor(shown).filter(tick => tick === 0 || percentOf(tick) <= room) }
}

/** @param {readonly { start: number, end: number }[]} spans @returns {TraceCut[]} */
function gapsBetween(spans) {
  const gaps = []
  let end = 0
  for (const span of spans.toSorted((one, other) => one.start - other.start)) {
    if (span.start > end) gaps.push({ from: end, to: span.start })
    end = Math.max(end, span.end)
  }
  return gaps
}

/** @param {TraceCut} cut */
function lengthOf({ from, to }) {
  return to - from
}

/** @param {readonly TraceCut[]} cuts */
function sumOf(cuts) {
  return cuts.reduce((sum, cut) => sum + lengthOf(cut), 0)
}

/**
 * Round numbers for an axis: at most `most` of them, from 0 on.
 *
 * @param {number} milliseconds the length of the axis
 * @param {number} most
 */
export function ticksFor(milliseconds, most = 6) {
  const rough = milliseconds / most
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map(factor => factor * power).find(size => size >= rough) ?? rough
  return Array.from({ length: Math.floor(milliseconds / step) + 1 }, (_, index) =>
    Number((index * step).toPrecision(6)),
  )
}
