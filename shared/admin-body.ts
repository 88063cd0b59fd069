/**
 * The body of a switch on the admin endpoint: a JSON object with known members, each checked by type and range.
 *
 * Every function throws {@link AdminError} 400 with one sentence that names the member and says what would be right.
 *
 * Read beside: admin.ts (which reads the JSON), edge-proxy/watch/switches.ts and dns-server/server/switches.ts (which use it)
 * Pure: a body in, values out.
 */
import { AdminError } from './admin.ts'

export type Members = Readonly<Record<string, unknown>>

/**
 * The members of an object.
 *
 * @param names the members that it may have; undefined: any
 * @param what  how a message calls the object
 */
export function membersOf(value: unknown, names?: readonly string[], what = 'the body'): Members {
  const some = names === undefined ? '' : ` with some of: ${names.join(', ')}`
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AdminError(400, `${what} must be a JSON object${some}`)
  }
  const unknown = names && Object.keys(value).find(name => !names.includes(name))
  if (unknown !== undefined) {
    throw new AdminError(400, `${what} has no member "${unknown}"; its members are ${names?.join(', ')}`)
  }
  return value as Members
}

/** One word out of a list. */
export function wordOf<const Word extends string>(members: Members, name: string, words: readonly Word[]): Word {
  const word = words.find(word => word === members[name])
  if (word !== undefined) return word
  throw wrong(name, `one of ${words.join(', ')}`, members[name])
}

export interface NumberRange {
  readonly min: number
  readonly max: number
  /** Without a fraction. */
  readonly whole?: boolean
  /** The member that holds the object, for the message: `logins` makes it `logins.burst`. */
  readonly within?: string
}

/** A number from `min` to `max`, both included. */
export function numberOf(members: Members, name: string, { min, max, whole = false, within }: NumberRange): number {
  const value = members[name]
  if (typeof value === 'number' && value >= min && value <= max && (!whole || Number.isInteger(value))) return value
  const path = within === undefined ? name : `${within}.${name}`
  throw wrong(path, `a ${whole ? 'whole ' : ''}number from ${min} to ${max}`, value)
}

/** @throws AdminError 400 when the member is missing or not a boolean */
export function booleanOf(members: Members, name: string): boolean {
  const value = members[name]
  if (typeof value === 'boolean') return value
  throw wrong(name, 'true or false', value)
}

function wrong(name: string, wanted: string, value: unknown): AdminError {
  return new AdminError(
    400,
    `"${name}" must be ${wanted}, not ${value === undefined ? 'missing' : JSON.stringify(value)}`,
  )
}
