/**
 * Before the door is closed: waiting for those who have not seen yet that this edge stops.
 *
 * Read beside: edge.ts `drain`, dns-server/health (how long the DNS server needs to leave an edge out)
 * Pure: the pauses come in.
 */

/** Nobody new in this time: the edge is known to stop. In milliseconds. */
const QUIET_MS = 250
/** But no longer than this, in milliseconds. */
const PATIENCE_MS = 3_500

/** @param accepted how many connections have been accepted so far */
export async function untilNobodyComes(accepted: () => number, pause: (ms: number) => Promise<void>): Promise<void> {
  for (let waited = 0, before = -1; waited < PATIENCE_MS && before < accepted(); waited += QUIET_MS) {
    before = accepted()
    await pause(QUIET_MS)
  }
}
