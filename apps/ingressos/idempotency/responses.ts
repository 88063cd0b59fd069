/**
 * The first response to each Idempotency-Key. It is written in the transaction of its effect, so there is never one without the other:
 * not when a server is killed between COMMIT and its response, and not when two servers get the same key at the same moment, because
 * the second INSERT waits for the first one and then finds the key taken.
 *
 * Only actions that were executed are kept. A refused one has changed nothing, and its key may be used again.
 *
 * Read beside: key.ts, ../migrations/004-responses.sql, draft-ietf-httpapi-idempotency-key-header-07 §2.6 (422, 409)
 * Touches the world: MySQL.
 */
import { CONTENT, type Reply } from '../../../backend/http/reply.ts'
import type { MySql, Statements } from '../../../backend/mysql/mysql.ts'
import { Refusal } from '../../../backend/refusal.ts'
import type { Trace } from '../../../backend/trace.ts'

/** The user and the action to which a response belongs. */
export interface KeyedRequest {
  readonly user: number
  readonly key: string
  /** {@link hashOfRequest}. */
  readonly request: string
}

/** A 201. */
export interface Created {
  readonly location: string
  /** JSON. */
  readonly body: string
}

const selectOf = (keys: number) =>
  `SELECT user_id AS user, idempotency_key AS \`key\`, request, location, body FROM ingressos_responses
WHERE ${Array.from({ length: keys }, () => '(user_id = ? AND idempotency_key = ?)').join(' OR ')}`
const INSERT = 'INSERT INTO ingressos_responses (user_id, idempotency_key, request, location, body, created_at) VALUES'
const ROW = '(?, ?, ?, ?, ?, UTC_TIMESTAMP(3))'

export class Responses {
  readonly #mysql: MySql

  constructor(mysql: MySql) {
    this.#mysql = mysql
  }

  /**
   * Executes an action once.
   *
   * @param work makes the change, and calls `keep` with its response before the last statement
   * @throws Refusal 422 for a key that was used for something else, and whatever `work` throws
   */
  async once(trace: Trace, keyed: KeyedRequest, work: KeyedWork): Promise<Reply> {
    try {
      const created = await this.#mysql.transaction(trace, statements =>
        work(statements, created => keepAll(statements, [keyed], [created])),
      )
      return createdReply(created)
    } catch (error) {
      if ((error as { code?: string }).code !== 'ER_DUP_ENTRY') throw error
      const replay = await this.find(trace, keyed)
      if (replay === undefined) throw error
      return replay
    }
  }

  /** The first response again, if there is one. @throws Refusal 422 */
  async find(trace: Trace, keyed: KeyedRequest): Promise<Reply | undefined> {
    const [found] = await this.#mysql.rows<StoredResponse>(trace, selectOf(1), [keyed.user, keyed.key])
    const replay = found && replayOf(keyed, found)
    if (replay instanceof Refusal) throw replay
    return replay
  }
}

interface StoredResponse extends Created {
  readonly user: number
  readonly key: string
  readonly request: string
}

function replayOf({ request }: KeyedRequest, found: StoredResponse): Reply | Refusal {
  if (found.request === request) return createdReply(found, ['Idempotency-Replayed', 'true'])
  return new Refusal(422, 'this Idempotency-Key was used for another request; a new action needs a new key')
}

/** The first responses to those requests that have one; 422 for a key that was used for another request. */
export async function findAll(
  statements: Statements,
  keyed: readonly KeyedRequest[],
): Promise<Map<KeyedRequest, Reply | Refusal>> {
  if (keyed.length === 0) return new Map()
  const values = keyed.flatMap(({ user, key }) => [user, key])
  const stored = await statements.rows<StoredResponse>(selectOf(keyed.length), values)
  const byKey = new Map(stored.map(found => [`${found.user} ${found.key}`, found]))
  const replays = keyed.map(one => {
    const found = byKey.get(`${one.user} ${one.key}`)
    return found && ([one, replayOf(one, found)] as const)
  })
  return new Map(replays.filter(replay => replay !== undefined))
}

/** @returns the response of the change */
export type KeyedWork = (statements: Statements, keep: (created: Created) => Promise<unknown>) => Promise<Created>

/** The same key is in progress at this moment. */
export function inProgress(): Refusal {
  return new Refusal(409, 'a request with this Idempotency-Key is in progress; ask again in a moment', {
    headers: ['Retry-After', '1'],
  })
}

/** Writes the responses, in the transaction of their effects. @throws ER_DUP_ENTRY when one of the keys has been used */
export async function keepAll(
  statements: Statements,
  keyed: readonly KeyedRequest[],
  created: readonly Created[],
): Promise<void> {
  const values = keyed.flatMap(({ user, key, request }, index) => {
    const { location = '', body = '' } = created[index] ?? {}
    return [user, key, request, location, body]
  })
  await statements.change(`${INSERT} ${keyed.map(() => ROW).join(', ')}`, values)
}

export function createdReply({ location, body }: Created, further: readonly string[] = []): Reply {
  return {
    status: 201,
    headers: ['Content-Type', 'application/json', ...CONTENT, 'Location', location, ...further],
    body,
  }
}
