/**
 * Many reservations and purchases in one transaction, against the same ones each in a transaction of its own, on a real MariaDB: the same
 * responses, the same refusals, and the same rows.
 */
import { resolve } from 'node:path'
import { createConnection, createPool, type RowDataPacket } from 'mysql2/promise'
import t, { type Test } from 'tap'
import { systemClock } from '#shared/clock.ts'
import { Events } from '#shared/events.ts'
import type { Reply } from '../../../backend/http/reply.ts'
import { migrate, readMigrations } from '../../../backend/mysql/migrations.ts'
import { MySql } from '../../../backend/mysql/mysql.ts'
import { Refusal } from '../../../backend/refusal.ts'
import { seeded } from '../../../backend/testing/random.ts'
import { prefix, Servers } from '../../../backend/testing/servers.ts'
import { Trace } from '../../../backend/trace.ts'
import { Responses } from '../idempotency/responses.ts'
import { Reservations } from '../reservations.ts'
import { type BuyWork, buyTogether } from './buy.ts'
import { GroupCommit } from './group-commit.ts'
import { type ReserveWork, reserveTogether } from './reserve.ts'

const SECONDS = 60

const servers = new Servers(t)
await servers.startMysql()
const pool = createPool(`mysql://lab:lab@${prefix}.3:3306/meutrabalho`)
t.teardown(() => pool.end())

/** One server: its own connections, and its own groups. */
async function openServer() {
  const mysql = new MySql({
    url: new URL(`mysql://lab:lab@${prefix}.3/meutrabalho`),
    clock: systemClock,
    events: new Events('test'),
    state: () => 'up',
    prepare: async connection => {
      await migrate(connection, readMigrations(new URL('../migrations/', import.meta.url)), 'ingressos_migrations')
    },
  })
  t.teardown(() => mysql.close())
  await mysql.probe()
  const reservations = new Reservations(mysql, SECONDS)
  const responses = new Responses(mysql)
  /** Works that were executed with others, and works that were executed alone. */
  const counts = { together: 0, alone: 0 }
  const counted = async <T>(count: number, result: Promise<T>) => {
    const done = await result
    counts.together += count
    return done
  }
  const reserveAlone = ({ trace, keyed, event, quantity }: ReserveWork) =>
    responses.once(trace, keyed, reservations.reserve(keyed.user, event, quantity))
  const buyAlone = ({ trace, keyed, reservation }: BuyWork) =>
    responses.once(trace, keyed, reservations.buy(keyed.user, reservation))
  const alone =
    <Work>(execute: (work: Work) => Promise<Reply>) =>
    (work: Work) => {
      counts.alone++
      return execute(work)
    }
  const reserving = new GroupCommit<ReserveWork, Reply>({
    alone: alone(reserveAlone),
    together: works => counted(works.length, reserveTogether(mysql, SECONDS, works)),
  })
  const buying = new GroupCommit<BuyWork, Reply>({
    alone: alone(buyAlone),
    together: works => counted(works.length, buyTogether(mysql, works)),
  })
  return { counts, reserving, buying, reserveAlone, buyAlone }
}

async function newEvent(available: number): Promise<number> {
  const insert =
    "INSERT INTO ingressos_events (name, total, available, created_at) VALUES ('x', 100, ?, UTC_TIMESTAMP(3))"
  const [result] = await pool.query(insert, [available])
  return (result as { insertId: number }).insertId
}

async function rows(sql: string, values: unknown[]) {
  return (await pool.query<RowDataPacket[]>(sql, values))[0]
}

const resultOf = (settled: PromiseSettledResult<Reply>) =>
  settled.status === 'fulfilled' ? settled.value : (settled.reason as unknown)

/** One after the other. */
async function inOrder<Work>(works: readonly Work[], execute: (work: Work) => Promise<Reply>) {
  const results: unknown[] = []
  for (const work of works) results.push(resultOf((await Promise.allSettled([execute(work)]))[0]))
  return results
}

/** All at once: the first is executed alone, and the others wait for it. */
async function atOnce<Work extends { trace: Trace }>(
  works: readonly Work[],
  commit: GroupCommit<Work, Reply>,
  group: number,
) {
  return (await Promise.allSettled(works.map(work => commit.execute(group, work)))).map(resultOf)
}

/** What a client sees, without ids, codes and times. */
function seen(result: unknown) {
  if (result instanceof Refusal)
    return { status: result.status, detail: result.message.replace(/\d{2,}/, 'n'), ...result.members }
  if (result instanceof Error) return { error: result }
  const { status, headers, body } = result as Reply
  const { quantidade, ingressos } = JSON.parse(String(body))
  return { status, replayed: headers.includes('Idempotency-Replayed'), quantidade, tickets: ingressos?.length }
}

const keyed = (user: number, key: string, request = 'request') => ({ user, key, request })

async function tablesOf(event: number) {
  return {
    seats: await rows('SELECT total, available FROM ingressos_events WHERE id = ?', [event]),
    reservations: await rows(
      'SELECT user_id, quantity, state FROM ingressos_reservations WHERE event_id = ? ORDER BY user_id, quantity, state',
      [event],
    ),
    tickets: await rows(
      'SELECT user_id, COUNT(*) AS tickets FROM ingressos_tickets WHERE event_id = ? GROUP BY user_id ORDER BY user_id',
      [event],
    ),
  }
}

/** Each 201 of a reservation names the row of its own user, with its quantity. */
async function ownRows(works: readonly ReserveWork[], results: readonly unknown[]) {
  const wrong: unknown[] = []
  for (const [index, work] of works.entries()) {
    const result = results[index]
    if (result instanceof Error) continue
    const { id } = JSON.parse(String((result as Reply).body))
    const [row] = await rows('SELECT user_id AS user, quantity FROM ingressos_reservations WHERE id = ?', [id])
    if (row?.user !== work.keyed.user || row?.quantity !== work.quantity) wrong.push({ id, row, work })
  }
  return wrong
}

type OpenedServer = Awaited<ReturnType<typeof openServer>>

async function compareRound(t: Test, seed: number, [server, other]: [OpenedServer, OpenedServer]) {
  const numbers = seeded(seed)
  const random = (below: number) => Math.floor(numbers() * below)
  const available = random(3) === 0 ? 60 : random(14)
  const asked = Array.from({ length: 3 + random(9) }, (_, index) => ({
    user: 1 + random(4),
    quantity: 1 + random(4),
    // Now and then a key that was used before: for the same request, or for another one.
    key: `${seed}-${random(12) === 0 ? random(index + 1) : index}`,
    request: random(20) === 0 ? 'another' : 'request',
  }))
  const [apart, joint] = [await newEvent(available), await newEvent(available)]
  const worksFor = (event: number, name: string): ReserveWork[] =>
    asked.map(({ user, quantity, key, request }) => ({
      trace: new Trace('t'),
      keyed: keyed(user, `${name}-${key}`, request),
      event,
      quantity,
    }))
  const works = [worksFor(apart, 'apart'), worksFor(joint, 'joint')] as const
  const expected = await inOrder(works[0], server.reserveAlone)
  const results = await atOnce(works[1], server.reserving, joint)
  t.strictSame(results.map(seen), expected.map(seen), `seed ${seed}: reservations`)
  t.strictSame(await tablesOf(joint), await tablesOf(apart), `seed ${seed}: rows`)
  t.strictSame(await ownRows(works[1], results), [])

  // A killed server has not sent its responses: all keys again, at another server.
  const before = await tablesOf(joint)
  const again = await atOnce(works[1], other.reserving, joint)
  for (const [index, result] of results.entries())
    if (!(result instanceof Error))
      t.equal((again[index] as Reply).body, (result as Reply).body, `seed ${seed}: replay`)
  t.strictSame((await tablesOf(joint)).tickets, before.tickets)

  const idsIn = async (event: number) =>
    (await rows('SELECT id FROM ingressos_reservations WHERE event_id = ? ORDER BY id', [event])).map(({ id }) => id)
  const ids = [await idsIn(apart), await idsIn(joint)] as const
  const chosen = Array.from({ length: 2 + random(8) }, (_, index) => ({
    user: 1 + random(4),
    at: random(ids[0].length + 1),
    key: `buy-${seed}-${random(12) === 0 ? random(index + 1) : index}`,
  }))
  for (const event of [apart, joint]) {
    const change = 'UPDATE ingressos_reservations SET expires_at = UTC_TIMESTAMP(3) WHERE event_id = ? AND quantity = 4'
    await rows(change, [event])
    await rows("UPDATE ingressos_reservations SET state = 'cancelled' WHERE event_id = ? AND quantity = 3", [event])
  }
  const owners = await rows('SELECT id, user_id AS user FROM ingressos_reservations WHERE event_id IN (?)', [
    [apart, joint],
  ])
  const ownerOf = new Map(owners.map(({ id, user }) => [id, user]))
  const purchases = (ids: readonly number[], name: string): BuyWork[] =>
    chosen.map(({ user, at, key }) => {
      const reservation = ids[at] ?? 999_999_999
      const buyer = key.endsWith('1') ? user : (ownerOf.get(reservation) ?? user)
      return { trace: new Trace('t'), keyed: keyed(buyer, `${name}-${key}`, String(at)), reservation }
    })
  const bought = await inOrder(purchases(ids[0], 'apart'), server.buyAlone)
  const boughtTogether = await atOnce(purchases(ids[1], 'joint'), server.buying, 0)
  t.strictSame(boughtTogether.map(seen), bought.map(seen), `seed ${seed}: purchases`)
  t.strictSame(await tablesOf(joint), await tablesOf(apart), `seed ${seed}: rows after the purchases`)
}

const first = await openServer()
// In a Galera cluster of three nodes, the ids of one node are three apart.
const [place] = await rows('SELECT @@datadir AS data, @@socket AS socket', [])
const root = await createConnection({ socketPath: resolve(place?.data, place?.socket), user: 'root' })
await root.query('SET GLOBAL auto_increment_increment = 3')
await root.end()
const stepped = await openServer()

t.test('works together have the results and the rows of the same works alone, in the order of arrival', async t => {
  for (let seed = 1; seed <= 16; seed++) await compareRound(t, seed, seed % 2 ? [first, stepped] : [stepped, first])
  for (const { counts } of [first, stepped]) {
    t.ok(counts.together > 30, `${counts.together} works were executed together`)
    t.ok(counts.alone > 15, `${counts.alone} alone: the first of each group, and after a transaction that failed`)
  }
})
