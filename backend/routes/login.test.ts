/**
 * Logins with real MariaDB and Redis: many at once, and passwords that were hashed at a lower cost.
 */
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import t from 'tap'
import { DATABASE, DATABASE_USER } from '../../lab/mariadb.ts'
import { until } from '../../test/testing/until.ts'
import { Hasher } from '../passwords/hasher.ts'
import { COST } from '../passwords/phc.ts'
import { startBackend } from '../testing/backend.ts'
import { Browser } from '../testing/browser.ts'
import { prefix, startServers } from '../testing/servers.ts'

await startServers(t)
const backend = await startBackend(t, 1)
const mysql = await createConnection({ host: `${prefix}.3`, ...DATABASE_USER, database: DATABASE })
t.teardown(() => mysql.end())

const stored = async () => {
  const [[row]] = await mysql.query<RowDataPacket[]>("SELECT password, version FROM users WHERE username = 'bruno'")
  return row as { password: string; version: number }
}

t.test('a password that was hashed at a lower cost is hashed again at the next login', async t => {
  const cheap = await new Hasher({ cost: { ...COST, passes: 1, memory: 8192 } }).hash('bruno-no-laboratorio')
  await mysql.query("UPDATE users SET password = ? WHERE username = 'bruno'", [cheap])
  const wrong = await new Browser().ask(backend, '/login', { json: { username: 'bruno', password: 'wrong' } })
  t.equal(wrong.status, 401)
  t.equal((await stored()).password, cheap, 'a wrong password changes nothing')
  t.equal((await new Browser().login(backend, 'bruno')).status, 200)
  const { password, version } = await stored()
  t.match(password, `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$`)
  t.equal(version, 1, 'the password is the same, so the ETag does not change')
  t.equal((await new Browser().login(backend, 'bruno')).status, 200)
  t.equal((await stored()).password, password, 'not hashed a third time')
})

t.test('a login waits for a change of the role in progress, and gets the new role', async t => {
  const change = await createConnection({ host: `${prefix}.3`, ...DATABASE_USER, database: DATABASE })
  t.teardown(() => change.end())
  await change.query('START TRANSACTION')
  await change.query("UPDATE users SET role = 'admin' WHERE username = 'bruno'")
  const login = new Browser().login(backend, 'bruno')
  await until('the login waits for the row', async () => {
    const [waiting] = await mysql.query<RowDataPacket[]>(
      "SELECT 1 FROM information_schema.processlist WHERE info LIKE 'SELECT id, username, name, role, password FROM users%'",
    )
    return waiting.length > 0
  })
  await change.query('COMMIT')
  t.match((await login).json, { user: { username: 'bruno', role: 'admin' } })
  await mysql.query("UPDATE users SET role = 'aluno' WHERE username = 'bruno'")
})

t.test('with a stored line that is not a hash, no login is possible', async t => {
  const before = await stored()
  const [, , , , salt, hash] = before.password.split('$')
  const costs = ['m=9999999,t=999,p=99', 'm=0,t=0,p=0'].map(cost => `$argon2id$v=19$${cost}$${salt}$${hash}`)
  for (const line of ['', 'bruno-no-laboratorio', '$argon2id$v=19$m=9999999,t=999,p=99$', '$2b$12$abc', ...costs]) {
    await mysql.query("UPDATE users SET password = ? WHERE username = 'bruno'", [line])
    const answer = await new Browser().ask(backend, '/login', { json: { username: 'bruno', password: line || 'x' } })
    t.equal(answer.status, 401, line)
  }
  await mysql.query("UPDATE users SET password = ? WHERE username = 'bruno'", [before.password])
})

t.test('120 logins at once: some succeed, some get 503, and other requests are answered as fast as before', async t => {
  const crowd = Array.from({ length: 120 }, () =>
    new Browser().ask(backend, '/login', { json: { username: 'ana', password: 'ana-no-laboratorio' } }),
  )
  let waiting = true
  const arrived = Promise.all(crowd).finally(() => {
    waiting = false
  })
  // Measured in CPU time of this thread: no long computation runs on it.
  let slowest = 0
  const healthy = new Set<number>()
  while (waiting) {
    const before = process.threadCpuUsage()
    healthy.add((await new Browser().ask(backend, '/healthz')).status)
    const { user, system } = process.threadCpuUsage(before)
    slowest = Math.max(slowest, (user + system) / 1000)
  }
  const answers = await arrived
  t.strictSame([...healthy], [200])
  const refused = answers.filter(({ status }) => status === 503)
  t.equal(answers.filter(({ status }) => status === 200).length + refused.length, 120)
  t.ok(refused.length > 0, `${refused.length} got 503`)
  t.ok(refused.every(({ headers }) => /^[1-9]$/.test(String(headers['retry-after']))))
  t.ok(slowest < 1000, `/healthz took ${Math.round(slowest)} ms of CPU at most`)
})
