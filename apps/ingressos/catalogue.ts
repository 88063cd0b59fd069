/**
 * The events, for reading: from the cache, at most a second old. Sales are decided in the database (reservations.ts).
 *
 * Read beside: backend/redis/cache-aside.ts, routes/events.ts
 * Touches the world: Redis, MySQL.
 */
import type { Clock } from '#shared/clock.ts'
import type { Events } from '#shared/events.ts'
import type { MySql } from '../../backend/mysql/mysql.ts'
import { CacheAside, type CachedValue } from '../../backend/redis/cache-aside.ts'
import { Refusal } from '../../backend/refusal.ts'
import type { Toolkit } from '../../backend/toolkit.ts'
import type { Trace } from '../../backend/trace.ts'
import './event-kinds.ts'

/** An event as clients see it. `disponiveis` + `reservados` + `vendidos` = `total`. */
export interface TicketEvent {
  readonly id: number
  readonly nome: string
  readonly total: number
  readonly disponiveis: number
  readonly reservados: number
  readonly vendidos: number
}

/** Together a second. */
const KEPT_MS = 800
const LOCAL_MS = 200
/** Under load, each sale would remove what the next reader has to load again: once in this time is enough for a second. */
const REMOVE_EVERY_MS = 250
/** Events whose last removal is remembered. */
const MOST_REMEMBERED = 1_000

/** The newest first. */
const MOST_LISTED = 100

const SOLD = `CAST((SELECT COALESCE(SUM(quantity), 0) FROM ingressos_reservations r
WHERE r.event_id = e.id AND r.state = 'bought') AS SIGNED)`
const SELECT = `SELECT id, name AS nome, total, available AS disponiveis, ${SOLD} AS vendidos FROM ingressos_events e`
const ONE = `${SELECT} WHERE id = ?`
const NEWEST = `${SELECT} ORDER BY id DESC LIMIT ${MOST_LISTED}`

type EventRow = Omit<TicketEvent, 'reservados'>

function describe({ id, nome, total, disponiveis, vendidos }: EventRow): TicketEvent {
  return { id, nome, total, disponiveis, reservados: total - disponiveis - vendidos, vendidos }
}

export class Catalogue {
  readonly #mysql: MySql
  readonly #events: Events
  readonly #cache: CacheAside
  readonly #clock: Clock
  /** When each event was last removed from the cache, on the clock's `now()`. */
  readonly #removed = new Map<number, number>()

  constructor({ redis, mysql, clock, events }: Pick<Toolkit, 'redis' | 'mysql' | 'clock' | 'events'>) {
    this.#mysql = mysql
    this.#events = events
    this.#clock = clock
    this.#cache = new CacheAside({ redis, clock, name: 'ingressos-eventos', keptMs: KEPT_MS, localMs: LOCAL_MS })
  }

  async list(trace: Trace): Promise<CachedValue<TicketEvent[]>> {
    return this.#cache.read(trace, 'todos', async () => (await this.#mysql.rows<EventRow>(trace, NEWEST)).map(describe))
  }

  /** @throws Refusal 404 */
  async one(trace: Trace, id: number): Promise<CachedValue<TicketEvent>> {
    const { value, status } = await this.#cache.read(trace, String(id), () => this.#load(trace, id))
    if (value === null) throw new Refusal(404, `there is no event ${id}`)
    return { value, status }
  }

  async #load(trace: Trace, id: number): Promise<TicketEvent | null> {
    const [row] = await this.#mysql.rows<EventRow>(trace, ONE, [id])
    if (row === undefined) return null
    const found = describe(row)
    const { nome: name, total, disponiveis: available, reservados: reserved, vendidos: sold } = found
    this.#events.publish('ingressos.seats', () => ({ event: id, name, total, available, reserved, sold }))
    return found
  }

  /** The seats left, from the database itself. */
  async availableNow(trace: Trace, id: number): Promise<number> {
    const [found] = await this.#mysql.rows<{ available: number }>(
      trace,
      'SELECT available FROM ingressos_events WHERE id = ?',
      [id],
    )
    return found?.available ?? 0
  }

  async create(trace: Trace, name: string, total: number): Promise<TicketEvent> {
    const insert =
      'INSERT INTO ingressos_events (name, total, available, created_at) VALUES (?, ?, ?, UTC_TIMESTAMP(3))'
    const { insertId: id } = await this.#mysql.transaction(trace, statements =>
      statements.change(insert, [name, total, total]),
    )
    await this.changed(trace, [id])
    return { id, nome: name, total, disponiveis: total, reservados: 0, vendidos: 0 }
  }

  /** The seats of these events have changed: the next reader loads them from the database. */
  async changed(trace: Trace, ids: readonly number[]): Promise<void> {
    const now = this.#clock.now()
    const due = ids.filter(id => now - (this.#removed.get(id) ?? Number.NEGATIVE_INFINITY) >= REMOVE_EVERY_MS)
    if (due.length === 0) return
    if (this.#removed.size > MOST_REMEMBERED) this.#removed.clear()
    for (const id of due) this.#removed.set(id, now)
    await this.#cache.remove(trace, ['todos', ...due.map(String)])
  }
}
