/**
 * Transactions on a real MariaDB: all or nothing, also when two of them need each other's rows.
 */
import t from 'tap'
import { systemClock } from '#shared/clock.ts'
import { Events } from '#shared/events.ts'
import { isStopped } from '../../test/testing/processes.ts'
import { until } from '../../test/testing/until.ts'
import { prefix, Servers } from '../testing/servers.ts'
import { Trace } from '../trace.ts'
import { MySql, type Statements } from './mysql.ts'

const servers = new Servers(t)
await servers.startMysql()
const mysql = new MySql({
  url: new URL(`mysql://lab:lab@${prefix}.3/meutrabalho`),
  clock: systemClock,
  events: new Events('test'),
  state: () => 'up',
  prepare: async () => {},
})
t.teardown(() => mysql.close())
const trace = new Trace('t')
const nameOf = async (id: number) =>
  (await mysql.rows<{ name: string }>(trace, 'SELECT name FROM users WHERE id = ?', [id]))[0]?.name
const rename = (statements: Statements, id: number, name: string) =>
  statements.change('UPDATE users SET name = ? WHERE id = ?', [name, id])

t.test('statements are refused until the database has been brought up to date', async t => {
  await t.rejects(mysql.rows(trace, 'SELECT 1'), { name: 'Unavailable', status: 503 })
  await mysql.probe()
  t.strictSame(await mysql.rows(trace, 'SELECT 1 AS one'), [{ one: 1 }])
})

t.test('transaction() rolls back when its work fails', async t => {
  const before = await nameOf(1)
  const failing = mysql.transaction(trace, async statements => {
    await rename(statements, 1, 'never seen')
    throw new Error('changed my mind')
  })
  await t.rejects(failing, /changed my mind/)
  t.equal(await nameOf(1), before)
  t.equal((await mysql.transaction(trace, statements => rename(statements, 1, 'Ana S.'))).affectedRows, 1)
})

t.test('transaction() tries again after a deadlock', async t => {
  let tries = 0
  let holders = 0
  let bothHold: () => void = () => {}
  const both = new Promise<void>(resolve => {
    bothHold = resolve
  })
  const lockBoth = (first: number, second: number, name: string) =>
    mysql.transaction(trace, async statements => {
      tries++
      await rename(statements, first, name)
      if (++holders === 2) bothHold()
      await both
      await rename(statements, second, name)
    })
  await Promise.all([lockBoth(1, 2, 'forth'), lockBoth(2, 1, 'back')])
  t.ok(tries >= 3, `${tries} tries for two transactions`)
  t.equal(await nameOf(1), await nameOf(2), 'both were executed, one after the other')
})

t.test('an error of the statement itself is passed to the caller', async t => {
  const twin =
    "INSERT INTO users (username, name, password, created_at, updated_at) VALUES ('ana', '', '', NOW(), NOW())"
  await t.rejects(
    mysql.transaction(trace, statements => statements.change(twin)),
    { code: 'ER_DUP_ENTRY' },
  )
  await t.rejects(mysql.rows(trace, 'SELECT nonsense'), { code: 'ER_BAD_FIELD_ERROR' })
  await t.rejects(mysql.rows(trace, 'SELECT 1 FROM no_such_table'), { name: 'Unavailable' }, 'not set up yet')
})

t.test('transaction() makes no change for a client that has closed its connection before COMMIT', async t => {
  const before = await nameOf(1)
  let gone = false
  const abandoned = new Trace('t', () => gone)
  const change = mysql.transaction(abandoned, async statements => {
    await rename(statements, 1, 'given up')
    gone = true
  })
  await t.rejects(change, { name: 'Abandoned', status: 499 })
  t.equal(await nameOf(1), before)
  let called = false
  const late = mysql.transaction(abandoned, async () => {
    called = true
  })
  await t.rejects(late, { name: 'Abandoned' })
  t.notOk(called, 'the work does not even begin')
})

// mysql2 counts its time-out from Execute. A server that stops before Prepare is answered would block a request for as long as it
// is stopped: 36 s were measured.
t.test('a server that stops before a statement is prepared blocks neither a request nor the probe', async t => {
  await mysql.rows(trace, 'SELECT 1')
  servers.mysql?.signal('SIGSTOP')
  t.teardown(() => servers.mysql?.signal('SIGCONT'))
  await until('MySQL has stopped', () => isStopped(servers.mysql?.pid ?? 0))
  await t.rejects(mysql.rows(trace, 'SELECT 2 AS never_prepared'), { name: 'Unavailable', status: 503 })
  await t.rejects(mysql.probe(), { name: 'Unavailable' })
  servers.mysql?.signal('SIGCONT')
  await until('MySQL answers', () =>
    mysql
      .probe()
      .then(() => true)
      .catch(() => false),
  )
  t.strictSame(await mysql.rows(trace, 'SELECT 3 AS three'), [{ three: 3 }])
})

t.test('values are never part of the SQL', async t => {
  const evil = "x' OR '1'='1"
  t.strictSame(await mysql.rows(trace, 'SELECT id FROM users WHERE username = ?', [evil]), [])
  await t.rejects(mysql.rows(trace, 'SELECT 1; SELECT 2'), { code: 'ER_PARSE_ERROR' }, 'never two statements')
})

t.test('a statement that takes too long is abandoned, and its connection closed', async t => {
  // Without a limit, the server's answer would come after these 60 seconds, and be no error.
  await t.rejects(mysql.rows(trace, 'SELECT SLEEP(60)'), { name: 'Unavailable' })
  const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => mysql.rows(trace, 'SELECT ? AS i', [i])))
  t.strictSame(
    answers,
    Array.from({ length: 20 }, (_, i) => [{ i }]),
    'no other statement gets its result',
  )
})
