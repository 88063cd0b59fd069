/**
 * Room for one more client, when there are as many as there may be: who is idle between two requests, and has been connected
 * for longest, has to go. Nobody loses a request by that; with keep-alive, clients expect it at any moment.
 *
 * Read beside: ../edge.ts (who asks), RFC 9112 §9.5 (closing idle connections), nginx's `worker_connections`
 * Touches the world: closes one connection.
 */
import type { Counters } from '../watch/counters.ts'

/** Whatever of a client's connection is needed here. */
export interface Leaving {
  /** Closes it, if it is idle and everything it was sent has left. @returns whether it did */
  leaveIfIdle(): boolean
}

/**
 * @param connections in the order in which they were opened
 * @param counters    where it is counted that this was needed
 * @returns false when all of them are busy; then it is the new one that cannot stay
 */
export function makeRoom(connections: Iterable<Leaving>, counters: Pick<Counters, 'crowded'>): boolean {
  counters.crowded++
  for (const connection of connections) if (connection.leaveIfIdle()) return true
  return false
}
