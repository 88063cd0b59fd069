/**
 * The pace of the player: how long each event is shown.
 *
 * Read beside: player.js
 * Pure: times in, a time out.
 */

/** Milliseconds. */
const LONGEST_GAP = 1_500
const SHORTEST_GAP = 30
const ONE_STEP = 1_000

/**
 * How long the next event waits.
 *
 * @param {number} gap   milliseconds between the two events as they were observed
 * @param {string} speed `step` for one event a second, or a factor: `1` is as fast as it happened, `100` is a hundred times slower
 */
export function delayFor(gap, speed) {
  if (speed === 'step') return ONE_STEP
  return Math.min(LONGEST_GAP, Math.max(SHORTEST_GAP, gap * Number(speed)))
}
