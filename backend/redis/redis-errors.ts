/**
 * The errors of Redis and of its connection: which of them mean that Redis cannot work now, and which a defect of this program.
 *
 * Read beside: redis.ts
 * Pure: an error in, an error or a finding out.
 */
import { Unavailable } from '../refusal.ts'

/** Errors that Redis sends when it cannot work at this moment. Any other error about a command is a defect of this program. */
const NOT_NOW =
  /^(LOADING|READONLY|MASTERDOWN|OOM|MISCONF|NOREPLICAS|BUSY|TRYAGAIN|NOAUTH|NOPERM|WRONGPASS|ERR max number)/

/** An error about the command itself is kept. All others become {@link Unavailable}: the same command may succeed later. */
export function unavailable(error: unknown): unknown {
  // A transaction of which a command was refused is answered EXECABORT; the reasons are in previousErrors.
  const { name, message, previousErrors = [] } = error as Error & { previousErrors?: readonly Error[] }
  const messages = [message, ...previousErrors.map(({ message }) => message)]
  if (name === 'ReplyError' && !messages.some(message => NOT_NOW.test(message))) return error
  return new Unavailable('redis', 'Redis does not answer; the reason is in /status', error)
}

/** The connection broke: not an answer of Redis, and not a time-out (a silent server would only be silent again). */
export function isConnectionLost(error: unknown): boolean {
  const { name, message } = error as Error
  return name !== 'ReplyError' && !/timed out/i.test(message)
}
