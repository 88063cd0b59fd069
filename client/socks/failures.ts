/**
 * From what went wrong to the reply code of RFC 1928 §6: one table.
 *
 * Read beside: grammar.ts (the codes), dial.ts (where the errors come from)
 * Pure: an error in, a code out.
 */
import { ResolveError } from '../resolver/stub-resolver.ts'
import type { ReplyName } from './grammar.ts'

/** Error codes of the system, connect(2). */
const BY_CODE: Readonly<Record<string, ReplyName>> = {
  ECONNREFUSED: 'connectionRefused',
  ENETUNREACH: 'networkUnreachable',
  EHOSTUNREACH: 'hostUnreachable',
  ETIMEDOUT: 'hostUnreachable',
  EACCES: 'notAllowed',
  ENOTFOUND: 'hostUnreachable',
}

/** The reply code of RFC 1928 §6 for an error of a look-up or of connect(2). */
export function replyFor(error: unknown): ReplyName {
  // RFC 1928 has no code for a name that does not exist; the host cannot be reached.
  if (error instanceof ResolveError) return error.reason === 'refused' ? 'notAllowed' : 'hostUnreachable'
  return BY_CODE[(error as NodeJS.ErrnoException).code ?? ''] ?? 'generalFailure'
}
