/**
 * The kinds of errors of MySQL, and which of them are worth another try.
 *
 * Read beside: mysql.ts; MySQL Reference Manual, "Error Message Reference" and "Deadlocks in InnoDB"
 * Pure: an error in, its kind out.
 */
import { Unavailable } from '../refusal.ts'

/** 503: MySQL has not answered within its limit. Whether it has executed what it received is not known. */
export class NoAnswer extends Unavailable {
  constructor() {
    super('mysql', 'MySQL does not answer in time')
  }
}

/**
 * `lost`: the connection could not be opened, or broke. `silent`: no answer in time. `busy`: the server asks for another try (deadlock,
 * lock wait). `missing`: the server is up, but the account or the tables are not there yet. `other`: an error of the statement itself.
 */
export type MySqlErrorKind = 'lost' | 'silent' | 'busy' | 'missing' | 'other'

const LOST = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ER_CON_COUNT_ERROR',
  'ER_SERVER_SHUTDOWN',
  'ER_UNKNOWN_COM_ERROR', // Galera: "WSREP has not yet prepared node for application use"
  'PROTOCOL_CONNECTION_LOST',
])
/** mysql2's own time-outs: for the connection, and for a statement of a migration. */
const SILENT = new Set(['ETIMEDOUT', 'PROTOCOL_SEQUENCE_TIMEOUT'])
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
  if (error instanceof NoAnswer || SILENT.has(code)) return 'silent'
  if (BUSY.has(code)) return 'busy'
  if (MISSING.has(code)) return 'missing'
  return LOST.has(code) || fatal ? 'lost' : 'other'
}

/** Whether the connection can be used after this error: not after a time-out, because its answer may still come. */
export function isUsable(error: unknown): boolean {
  const kind = errorKind(error)
  return kind !== 'lost' && kind !== 'silent' && !(error instanceof Unavailable)
}

/**
 * Whether the server has caused this error, so that another one may do better. Not Redis, for example, which is asked inside a
 * transaction. A lock wait timeout, too: InnoDB's own comes after 50 s, later than our time-outs, but a Galera node answers it at once to each read that
 * was waiting (`wsrep_sync_wait`) when the node finds that it has lost the others.
 */
export function isOfServer(error: unknown): boolean {
  if (error instanceof Unavailable) return error.dependency === 'mysql'
  return !isUsable(error) || (error as { code?: string }).code === 'ER_LOCK_WAIT_TIMEOUT'
}

/** Milliseconds to wait before each further try. They grow, so that a server that has just started is not flooded. */
export const PAUSES_MS = [20, 80, 320] as const
