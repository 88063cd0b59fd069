/**
 * Tickets in Redis: the state of those that are in the queue, a cache of those that are in MySQL, and the notices for the people who
 * watch them.
 *
 *   reposicao:ticket:<id>           hash         versao, documento. Expires; without it a reader asks MySQL
 *   reposicao:na-fila               sorted set   tickets in the queue, by time
 *   reposicao:na-fila:<user>        sorted set   those of one user
 *   reposicao:avisos                stream       changes of all tickets: what the pharmacy follows
 *   reposicao:avisos:<user>         stream       changes of the tickets of one user. The id of an entry is the id of its event (SSE)
 *   reposicao:aviso                 channel      the id of a user whose tickets have changed
 *
 * A version is only replaced by a newer one. So a slow reader that has read version 1 in MySQL cannot put it in the place of version 2,
 * and a message that is delivered twice causes one notice. A notice that comes after that of a newer version is left out. A deleted ticket stays for a while as a version without a document.
 *
 * Read beside: ticket-message.ts (versions), tickets/notices.ts (reads the streams), gravador/recorder.ts
 * Touches the world: Redis.
 */
import type { RedisCommand, RedisConnection } from '../../backend/redis/redis.ts'
import type { Trace } from '../../backend/trace.ts'
import type { Ticket } from './ticket.ts'
import type { TicketVersion } from './ticket-message.ts'

/** Milliseconds that a ticket is kept in the cache. Much longer than an interruption of MySQL, during which known tickets are answered. */
const CACHE_MS = 3_600_000
/** Milliseconds that a ticket is known as queued. The gravador may be stopped for so long. */
const QUEUED_MS = 7 * 24 * 3_600_000
/** Notices that are kept for each person, and for how long in milliseconds: what can be resumed with Last-Event-ID. */
const NOTICES = 1_000
const NOTICES_MS = 24 * 3_600_000

const ALL_NOTICES = 'reposicao:avisos'
export const NOTICE_CHANNEL = 'reposicao:aviso'
const QUEUED = 'reposicao:na-fila'

/** The stream of one person, or of all tickets. */
export function noticesKey(user: number | 'todos'): string {
  return user === 'todos' ? ALL_NOTICES : `${ALL_NOTICES}:${user}`
}

const ENQUEUE = `-- ticket queued
-- KEYS: ticket, all queued, queued of the user   ARGV: document, id, now, life in ms
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], 'versao', 0, 'documento', ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
for i = 2, 3 do
  redis.call('ZADD', KEYS[i], ARGV[3], ARGV[2])
  redis.call('PEXPIRE', KEYS[i], ARGV[4])
end
return 1`

const STORE = `-- ticket cached
-- KEYS: ticket   ARGV: version, document, life in ms
if tonumber(redis.call('HGET', KEYS[1], 'versao') or -1) >= tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'versao', ARGV[1], 'documento', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`

const CHANGE = `-- ticket changed
-- KEYS: ticket, all queued, queued of the user, all notices, notices of the user
-- ARGV: version, document, life in ms, id, notice, most notices, their life in ms, channel, user
redis.call('ZREM', KEYS[2], ARGV[4])
redis.call('ZREM', KEYS[3], ARGV[4])
if tonumber(redis.call('HGET', KEYS[1], 'versao') or -1) >= tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'versao', ARGV[1], 'documento', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
for i = 4, 5 do
  redis.call('XADD', KEYS[i], 'MAXLEN', '~', ARGV[6], '*', 'aviso', ARGV[5])
  redis.call('PEXPIRE', KEYS[i], ARGV[7])
end
redis.call('PUBLISH', ARGV[8], ARGV[9])
return 1`

export class TicketCache {
  readonly #redis: RedisConnection

  constructor(redis: RedisConnection) {
    this.#redis = redis
  }

  /**
   * Before its message is published: the ticket can be read from now on. A replica that has the message has this, too: both go over one connection, in
   * this order. @param now milliseconds since 1970
   */
  async enqueue(trace: Trace, { ticket }: TicketVersion, now: number): Promise<void> {
    const keys = [ticketKey(ticket.id), QUEUED, queuedKey(ticket.solicitante.id)]
    await this.#redis.run(
      trace,
      'EVAL',
      ENQUEUE,
      keys.length,
      ...keys,
      JSON.stringify(ticket),
      ticket.id,
      now,
      QUEUED_MS,
    )
  }

  /** Its message could not be published. */
  async forget(trace: Trace, { id, solicitante }: Ticket): Promise<void> {
    await this.#redis.transaction(trace, [
      ['DEL', ticketKey(id)],
      ['ZREM', QUEUED, id],
      ['ZREM', queuedKey(solicitante.id), id],
    ])
  }

  /** @returns undefined when the cache has nothing about it */
  async find(trace: Trace, id: string): Promise<TicketVersion | undefined> {
    return decode((await this.#redis.run(trace, 'HMGET', ticketKey(id), 'versao', 'documento')) as CachedValues)
  }

  /** After a read from MySQL. */
  async store(trace: Trace, { ticket, version }: TicketVersion): Promise<void> {
    await this.#redis.run(trace, 'EVAL', STORE, 1, ticketKey(ticket.id), version, JSON.stringify(ticket), CACHE_MS)
  }

  /** After changes in MySQL: the cache and the notices. May be called again for the same version. */
  async change(trace: Trace, changes: readonly TicketVersion[]): Promise<void> {
    await this.#redis.pipeline(trace, changes.map(changeCommand))
  }

  /** The newest tickets that are in the queue. @param user whose; all of them when it is undefined */
  async queued(trace: Trace, user: number | undefined, limit: number): Promise<Ticket[]> {
    const key = user === undefined ? QUEUED : queuedKey(user)
    const ids = (await this.#redis.run(trace, 'ZRANGE', key, 0, limit - 1, 'REV')) as string[]
    if (ids.length === 0) return []
    const reads = ids.map((id): RedisCommand => ['HMGET', ticketKey(id), 'versao', 'documento'])
    const found = (await this.#redis.pipeline(trace, reads)) as CachedValues[]
    return found.flatMap(values => {
      const cached = decode(values)
      return cached === undefined || cached.version > 0 ? [] : [cached.ticket]
    })
  }
}

type CachedValues = readonly [version: string | null, document: string | null]

function changeCommand({ ticket, version, deleted }: TicketVersion): RedisCommand {
  const { id, estado, solicitante } = ticket
  const keys = [ticketKey(id), QUEUED, queuedKey(solicitante.id), ALL_NOTICES, noticesKey(solicitante.id)]
  const notice = JSON.stringify({ id, estado: deleted ? 'apagado' : estado, versao: version, item: ticket.item })
  const entry = [version, cachedText(ticket, deleted), CACHE_MS, id]
  return ['EVAL', CHANGE, keys.length, ...keys, ...entry, notice, NOTICES, NOTICES_MS, NOTICE_CHANNEL, solicitante.id]
}

/** A deleted ticket keeps its document, so that only people who could see it are informed that it is gone. */
function cachedText(ticket: Ticket, deleted: boolean): string {
  return JSON.stringify(deleted ? { ...ticket, deleted } : ticket)
}

function decode([version, document]: CachedValues): TicketVersion | undefined {
  if (version === null || document === null) return undefined
  const { deleted = false, ...ticket } = JSON.parse(document) as Ticket & { deleted?: boolean }
  return { ticket, version: Number(version), deleted }
}

function ticketKey(id: string): string {
  return `reposicao:ticket:${id}`
}

function queuedKey(user: number): string {
  return `${QUEUED}:${user}`
}
