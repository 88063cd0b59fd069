/**
 * What went wrong between us and MySQL, and whether it is worth trying again.
 *
 * Read beside: mysql.ts; MySQL Reference Manual, "Error Message Reference" and "Deadlocks in InnoDB"
 * Pure: an error in, a word out.
 */

/**
 * `lost`: the connection could not be had, or broke. `busy`: the server asks to try again (deadlock, lock wait).
 * `missing`: it is there, but not set up for us yet. `other`: it says something about the statement itself.
 */
export type Trouble = 'lost' | 'busy' | 'missing' | 'other'

const LOST = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'ER_CON_COUNT_ERROR',
  'ER_SERVER_SHUTDOWN',
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_SEQUENCE_TIMEOUT',
])
const BUSY = new Set(['ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT'])
const MISSING = new Set([
  'ER_ACCESS_DENIED_ERROR',
  'ER_BAD_DB_ERROR',
  'ER_DBACCESS_DENIED_ERROR',
  'ER_NO_SUCH_TABLE',
  'ER_OPTION_PREVENTS_STATEMENT',
])

export function troubleOf(error: unknown): Trouble {
  const { code = '', fatal = false } = error as { code?: string; fatal?: boolean }
  if (BUSY.has(code)) return 'busy'
  if (MISSING.has(code)) return 'missing'
  return LOST.has(code) || fatal ? 'lost' : 'other'
}

/** Milliseconds to wait before each further try: growing, so that a server that is coming back is not trampled. */
export const PAUSES_MS = [20, 80, 320] as const
