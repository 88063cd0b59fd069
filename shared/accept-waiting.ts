/**
 * Before a listening socket is closed: letting in those who already stand at the door.
 *
 * Read beside: edge-proxy/edge.ts `drain`, backend/http/drain.ts
 * Pure but for the turns of the event loop that it takes: opens nothing.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'

/**
 * Connections that wait to be accepted would be reset with the listening socket. One is accepted in each turn of the loop.
 *
 * @param accepted how many connections have been accepted so far
 */
export async function acceptWaiting(accepted: () => number): Promise<void> {
  for (let before = -1; before < accepted(); ) {
    before = accepted()
    await nextTurn()
  }
}
