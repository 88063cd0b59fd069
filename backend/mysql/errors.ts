/**
 * The kinds of errors of MySQL, and which of them are worth another try.
 *
 * Read beside: mysql.ts; MySQL Reference Manual, "Error Message Reference" and "Deadlocks in InnoDB"
 * Pure: an error in, its kind out.
 */

/**
 * `lost`: the connection could not be opened, or broke. `busy`: the server asks for another try (deadlock, lock wait).
 * `missing`: the server is up, but the account or the tables are not there yet. `other`: an error of the statement itself.
 */
export type MySqlErrorKind = 'lost' | 'busy' | 'missing' | 'other'

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
  'ER_UNKNOWN_COM_ERROR', // Galera: "WSREP has not yet prepared node for application use"
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

/** Which kind an error of mysql2 is. */
export function errorKind(error: unknown): MySqlErrorKind {
  const { code = '', fatal = false } = error as { code?: string; fatal?: boolean }
  if (BUSY.has(code)) return 'busy'
  if (MISSING.has(code)) return 'missing'
  return LOST.has(code) || fatal ? 'lost' : 'other'
}

/** Milliseconds to wait before each further try. They grow, so that a server that has just started is not flooded. */
export const PAUSES_MS = [20, 80, 320] as const
