/**
 * A message as it is in a topic: JSON with a version, so that a consumer can refuse what it does not understand.
 *
 *   { "id": "8c1f…", "version": 1, "key": "carla", "type": "cadastro.recebido", "at": "2026-11-28T12:00:00.000Z",
 *     "requestId": "…", "body": { … } }
 *
 * Read beside: broker.ts, consume.ts (a message that is not of this form goes to the dead letters); RFC 8259, RFC 3339 §5.6
 * Pure: values in, text out, and back.
 */
import { randomUUID } from 'node:crypto'
import { isRequestId } from '#shared/request-id.ts'

/** Incremented when the members of the envelope change. A new kind of body gets a new `type` instead. */
const ENVELOPE_VERSION = 1

/** Characters of the JSON text. Larger data belongs into a database; the message has its id. */
const LONGEST_MESSAGE = 64 * 1024

export interface Envelope {
  /** A UUID. A message that is delivered twice has the same id both times. */
  readonly id: string
  readonly version: typeof ENVELOPE_VERSION
  /** Messages of one key are handled in the order in which they were published. */
  readonly key: string
  /** What the message is about, and so the form of its body: `cadastro.recebido`. */
  readonly type: string
  /** When it was made: RFC 3339, UTC. */
  readonly at: string
  /** The X-Request-Id of the request that caused it; empty when no request did. */
  readonly requestId: string
  readonly body: unknown
}

/** A new message. @param epoch milliseconds since 1970 */
export function newMessage(
  { key, type, requestId, body }: Pick<Envelope, 'key' | 'type' | 'requestId' | 'body'>,
  epoch: number,
): Envelope {
  return {
    id: randomUUID(),
    version: ENVELOPE_VERSION,
    key,
    type,
    at: new Date(epoch).toISOString(),
    requestId,
    body,
  }
}

/** @throws RangeError when the text would be longer than {@link LONGEST_MESSAGE} */
export function encodeEnvelope(message: Envelope): string {
  const text = JSON.stringify(message)
  if (text.length <= LONGEST_MESSAGE) return text
  throw new RangeError(`a message of ${text.length} characters is too long; at most ${LONGEST_MESSAGE} are possible`)
}

/** The message, or why the text is not one. The version is checked first: another version may have other members. */
export function decodeEnvelope(text: string): { message: Envelope } | { fault: string } {
  if (text.length > LONGEST_MESSAGE) return { fault: `the message is longer than ${LONGEST_MESSAGE} characters` }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return { fault: `the message is not JSON: ${(error as Error).message}` }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { fault: 'the message is not a JSON object' }
  }
  const members = value as Record<string, unknown>
  if (members.version !== ENVELOPE_VERSION) {
    return { fault: `version ${JSON.stringify(members.version)} is unknown; version ${ENVELOPE_VERSION} is needed` }
  }
  for (const [name, holds] of Object.entries(MEMBERS)) {
    if (!holds(members[name])) return { fault: `the member "${name}" is missing or not valid` }
  }
  const unknown = Object.keys(members).find(name => !Object.hasOwn(MEMBERS, name))
  if (unknown !== undefined) return { fault: `the member ${JSON.stringify(unknown.slice(0, 80))} is not known` }
  return { message: members as unknown as Envelope }
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const TYPE = /^[a-z][a-z0-9.-]{0,63}$/
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/

const MEMBERS: Readonly<Record<keyof Envelope, (value: unknown) => boolean>> = {
  id: value => typeof value === 'string' && UUID.test(value),
  version: value => value === ENVELOPE_VERSION,
  key: value => typeof value === 'string' && value.length >= 1 && value.length <= 128,
  type: value => typeof value === 'string' && TYPE.test(value),
  at: value => typeof value === 'string' && INSTANT.test(value),
  requestId: value => typeof value === 'string' && (value === '' || isRequestId(value)),
  body: value => value !== undefined,
}
