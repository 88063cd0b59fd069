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

/** Of which action of whom. */
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

const SELECT = 'SELECT request, location, body FROM ingressos_responses WHERE user_id = ? AND idempotency_key = ?'
const INSERT = `INSERT INTO ingressos_responses (user_id, idempotency_key, request, location, body, created_at)
VALUES (?, ?, ?, ?, ?, UTC_TIMESTAMP(3))`

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
        work(statements, ({ location, body }) =>
          statements.change(INSERT, [keyed.user, keyed.key, keyed.request, location, body]),
        ),
      )
      return replyOf(created, [])
    } catch (error) {
      if ((error as { code?: string }).code !== 'ER_DUP_ENTRY') throw error
      const replay = await this.find(trace, keyed)
      if (replay === undefined) throw error
      return replay
    }
  }

  /** The first response again, if there is one. @throws Refusal 422 */
  async find(trace: Trace, { user, key, request }: KeyedRequest): Promise<Reply | undefined> {
    const [found] = await this.#mysql.rows<Created & { request: string }>(trace, SELECT, [user, key])
    if (found === undefined) return undefined
    if (found.request === request) return replyOf(found, ['Idempotency-Replayed', 'true'])
    throw new Refusal(422, 'this Idempotency-Key was used for another request; a new action needs a new key')
  }
}

/** @returns the response of the change */
export type KeyedWork = (statements: Statements, keep: (created: Created) => Promise<unknown>) => Promise<Created>

/** The same key is in progress at this moment. */
export function inProgress(): Refusal {
  return new Refusal(409, 'a request with this Idempotency-Key is in progress; ask again in a moment', {
    headers: ['Retry-After', '1'],
  })
}

function replyOf({ location, body }: Created, further: readonly string[]): Reply {
  return {
    status: 201,
    headers: ['Content-Type', 'application/json', ...CONTENT, 'Location', location, ...further],
    body,
  }
}
