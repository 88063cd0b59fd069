/**
 * The life of a program: it starts, reports that it is ready, drains and stops on SIGTERM or SIGINT, and ends with an error message when an unknown error occurs.
 *
 * Read beside: any `main.ts`; Node's `process` signal events
 * Touches the world: signals, the exit code, and the IPC channel to the launcher where there is one.
 */
import { createLog, describeError, type Log, oneLine } from './log.ts'
import { SettingError } from './settings.ts'

export interface Lifecycle {
  readonly log: Log
  /**
   * Registers what to do at the end. Steps run in reverse order of registration, each awaited: what was opened last
   * is closed first.
   */
  onStop(step: () => void | Promise<void>): void
  /** Prints one line, without control characters, at the terminal where the lab was started. Without a launcher it is not printed, so log it as well. */
  tell(line: string): void
}

/** How long all stop steps together may take before the process ends anyway, in milliseconds. */
const STOP_DEADLINE_MS = 15_000

/**
 * Runs a program until a signal stops it.
 *
 * Exit codes: 0 after a stop that was asked for; 1 when it could not start, failed, or did not stop in time.
 * A second signal ends it at once. When the launcher that started it ends, it stops as after a signal.
 */
export async function run(name: string, start: (life: Lifecycle) => Promise<void>): Promise<void> {
  const log = createLog(name)
  const steps: (() => void | Promise<void>)[] = []
  let stopping = false
  let signals = 0

  const fail = (what: string, error: unknown) => {
    log.error(what, { reason: describeError(error), ...(isExpected(error) ? {} : { stack: (error as Error)?.stack }) })
    process.exit(1)
  }
  const stop = async (why: string) => {
    stopping = true
    log.info('stopping', { why })
    setTimeout(() => fail('stopping took too long', new Error(`${STOP_DEADLINE_MS} ms`)), STOP_DEADLINE_MS).unref()
    for (const step of steps.reverse()) await step()
    log.info('stopped')
    process.exit(0)
  }
  const stopVisibly = (why: string) => void stop(why).catch(error => fail('stopping failed', error))
  const obey = (signal: NodeJS.Signals) => {
    if (++signals > 1) process.exit(1)
    if (!stopping) stopVisibly(signal)
  }

  process.on('uncaughtException', error => fail('an unexpected error', error))
  process.on('unhandledRejection', error => fail('an unexpected rejection', error))
  process.on('SIGTERM', obey)
  process.on('SIGINT', obey)
  // The launcher that started this process was killed: without this, the process would never stop. The kernel may send
  // SIGTERM for the same reason (lab/child.ts), before or after: both together are one request to stop, not two.
  process.on('disconnect', () => stopping || stopVisibly('the launcher is gone'))

  try {
    await start({ log, onStop: step => steps.push(step), tell: line => send({ tell: oneLine(line) }) })
  } catch (error) {
    fail('could not start', error)
  }
  send({ ready: true })
}

/** What a component may send to its launcher. */
export interface Message {
  readonly ready?: true
  readonly tell?: string
}

function send(message: Message): void {
  if (process.connected) process.send?.(message)
}

/** Errors whose message is enough: a setting, or a socket that could not be opened. Others are logged with their stack. */
function isExpected(error: unknown): boolean {
  return error instanceof SettingError || (error instanceof Error && 'syscall' in error)
}
