/**
 * Rotation: the positions of the records of an RRset, each answer starting one record later than the one before.
 *
 * Read beside: RFC 1794 §2 (load balancing by rotation), order.ts (the other policies), orderer.ts (keeps the start of each RRset)
 * Pure: numbers in, numbers out.
 */

/**
 * The positions 0…count−1 in a circle.
 *
 * @param start the position that comes first: 0 ≤ start < count
 */
export function rotate(count: number, start: number): number[] {
  return Array.from({ length: count }, (_, i) => (start + i) % count)
}

/**
 * The position with which the next answer starts: one after the record that was really sent first. Records of machines that are down are
 * left out; with `start + 1` the record after a missing one would be first twice as often as the others.
 *
 * @param sent  the positions that were sent, in order; empty when no record was sent
 * @param start the position with which this answer should have started
 */
export function nextStart(count: number, sent: readonly number[], start: number): number {
  return ((sent[0] ?? start) + 1) % count
}
