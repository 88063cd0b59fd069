/**
 * When as many connections are open as are allowed, the one that is idle and was opened first is closed for the new one. No
 * request is lost by that: clients must expect an idle connection to be closed at any moment.
 *
 * Read beside: ../edge.ts (which calls it), RFC 9112 §9.5 (closing idle connections), nginx's `worker_connections`
 * Touches the world: closes one connection.
 */

/** What is needed of a client's connection here. */
export interface ClosableConnection {
  /** Closes the connection if it is idle and everything for its client has been sent. @returns whether it did */
  closeIfIdle(): boolean
}

/**
 * @param connections in the order in which they were opened
 * @returns false when none is idle; then the new connection has to be closed
 */
export function closeOldestIdle(connections: Iterable<ClosableConnection>): boolean {
  for (const connection of connections) if (connection.closeIfIdle()) return true
  return false
}
