/**
 * Steps that must not overlap, such as the closing and the opening of the same ports.
 *
 * Read beside: dns-server/server/sockets.ts, edge-proxy/downstream/faults.ts, painel/act/zone.ts (which use it)
 * Pure: promises only.
 */

/**
 * A function that begins each step when the one before has ended, also when that one has failed.
 *
 * @returns what the step returns or throws
 */
export function inTurn(): <T>(step: () => T | Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return step => {
    const done = last.then(step)
    last = done.catch(() => {}) // the caller of the step gets the error
    return done
  }
}
