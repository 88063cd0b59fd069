/**
 * The log: one line an event, on standard output; time, level, component, message, then `key=value` pairs.
 *
 * Read beside: lifecycle.ts (which logs the first and the last line of every program)
 * Touches the world: writes to the stream it is given.
 */

export type Level = 'info' | 'warn' | 'error'
export type Fields = Readonly<Record<string, unknown>>

export interface Log {
  info(message: string, fields?: Fields): void
  warn(message: string, fields?: Fields): void
  error(message: string, fields?: Fields): void
}

/** A log whose lines carry the component's name. Never throws: a closed pipe must not end a server. */
export function createLog(component: string, stream: NodeJS.WritableStream = process.stdout): Log {
  stream.on('error', () => {}) // the reader has closed the pipe (EPIPE), and there is no other place to report it
  const write =
    (level: Level) =>
    (message: string, fields: Fields = {}) => {
      stream.write(formatLine(new Date(), level, component, message, fields))
    }
  return { info: write('info'), warn: write('warn'), error: write('error') }
}

/** `2026-01-01T00:00:00.000Z info  frontend1 listening address=127.20.0.20:80` and a line feed. */
export function formatLine(at: Date, level: Level, component: string, message: string, fields: Fields): string {
  const pairs = Object.entries(fields).map(([key, value]) => ` ${key}=${formatValue(value)}`)
  return `${at.toISOString()} ${level.padEnd(5)} ${component} ${oneLine(message)}${pairs.join('')}\n`
}

/** Quoted where it would not read as one word, so that text from a peer stays on its line and inside its quotes. */
function formatValue(value: unknown): string {
  if (value instanceof Error) return oneLine(JSON.stringify(describeError(value)))
  if (typeof value !== 'string') return oneLine(toJson(value))
  return /^[\x21\x23-\x3c\x3e-\x7e]+$/.test(value) ? value : oneLine(JSON.stringify(value))
}

/** What has no JSON (undefined, a bigint, an object that contains itself) is shown as JavaScript would show it. */
function toJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    return JSON.stringify(String(value))
  }
}

/** An error and its causes in one sentence, to a depth of five: two errors may be each other's cause. */
export function describeError(error: unknown, depth = 5): string {
  if (!(error instanceof Error)) return String(error)
  const own = error.message || (error as NodeJS.ErrnoException).code || error.name
  const nested = error instanceof AggregateError ? error.errors[0] : error.cause
  return nested === undefined || depth === 1 ? own : `${own}: ${describeError(nested, depth - 1)}`
}

/**
 * Escapes what would move the cursor or break the line: control characters, among them those above 0x7f (a terminal obeys
 * U+009B as it does ESC [), line and paragraph separators, and what turns the direction of writing.
 */
export function oneLine(text: string): string {
  return text.replace(
    /[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
