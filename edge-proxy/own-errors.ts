/**
 * Errors of this machine, which say nothing about the peer: no descriptor, port, address or memory is left.
 *
 * Read beside: connect(2), socket(2); failures.ts ("exhausted")
 * Pure.
 */

const OWN_ERRORS = new Set(['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'ENOBUFS', 'ENOMEM'])

/** Whether a connection failed because of this machine, before anything was sent. */
export function isOwnError(error: unknown): boolean {
  return OWN_ERRORS.has((error as NodeJS.ErrnoException | undefined)?.code ?? '')
}
