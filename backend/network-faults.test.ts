/**
 * Redis and MySQL behind a slow or a broken network: a short delay only delays the response, a long one is 503 within a limit, and an
 * answer that comes late is never taken for that of another request.
 */
import t from 'tap'
import { until } from '../test/testing/until.ts'
import { startBackend } from './testing/backend.ts'
import { Browser } from './testing/browser.ts'
import { openFaultyLink } from './testing/faulty-link.ts'
import { prefix, startServers } from './testing/servers.ts'

await startServers(t)
const toRedis = await openFaultyLink(t, { address: `${prefix}.4`, port: 7379 }, { address: `${prefix}.4`, port: 6379 })
const toMysql = await openFaultyLink(t, { address: `${prefix}.3`, port: 7306 }, { address: `${prefix}.3`, port: 3306 })
const backend = await startBackend(t, 1, {
  env: { REDIS_URL: `redis://${prefix}.4:7379`, MYSQL_URL: `mysql://lab:lab@${prefix}.3:7306/meutrabalho` },
})
const ana = new Browser()
const bruno = new Browser()
const become = (name: string, state: string) =>
  until(`${name} is ${state}`, async () => (await ana.ask(backend, '/status')).json[name] === state)
const upAgain = (name: string) => become(name, 'up')

/** `{ backend: 3.1, redis: 0.4 }` from the Server-Timing field, in milliseconds. */
const timing = (field: unknown) =>
  Object.fromEntries(
    String(field)
      .split(', ')
      .map(entry => entry.split(';dur='))
      .map(([name, ms]) => [name, Number(ms)]),
  )

t.test('a round trip of 50 ms is at least 50 ms in Server-Timing, in the entry of its server', async t => {
  await ana.login(backend)
  await bruno.login(backend, 'bruno')
  toRedis.delay = 25
  const { status, headers } = await ana.ask(backend, '/perfil')
  t.equal(status, 200)
  const { redis = 0, backend: total = 0, mysql } = timing(headers['server-timing'])
  // A timer of Node may be up to a millisecond early, and there are two: one for each direction.
  t.ok(redis >= 48 && total >= redis, `${headers['server-timing']}`)
  t.equal(mysql, undefined)

  toRedis.delay = 0
  toMysql.delay = 25
  const list = timing((await ana.ask(backend, '/usuarios')).headers['server-timing'])
  t.ok((list.mysql ?? 0) >= 48, JSON.stringify(list))
  toMysql.delay = 0
})

t.test('Redis slower than a second is 503; its late answer is not taken for that of the next command', async t => {
  toRedis.delay = 2_000
  const [one, two] = await Promise.all([ana.ask(backend, '/perfil'), bruno.ask(backend, '/perfil')])
  t.match([one.status, two.status], [503, 503])
  t.match(one.json, { dependency: 'redis' })
  // Otherwise the probe that is in progress could fail later, in the middle of the next requests.
  await become('redis', 'down')
  toRedis.delay = 0
  await until('Redis is fast again', async () => (await ana.ask(backend, '/perfil')).status === 200)
  await upAgain('redis')
  for (let i = 0; i < 20; i++) {
    const [first, second] = await Promise.all([ana.ask(backend, '/perfil'), bruno.ask(backend, '/perfil')])
    t.strictSame(
      [first, second].map(({ status, json }) => [status, json.user?.username ?? json]),
      [
        [200, 'ana'],
        [200, 'bruno'],
      ],
    )
  }
})

t.test('MySQL slower than two seconds is 503; its late answer is not taken for that of the next statement', async t => {
  toMysql.delay = 3_000
  const answers = await Promise.all([1, 2, 1, 2].map(id => ana.ask(backend, `/usuarios/${id}`)))
  for (const { status, json } of answers) t.match([status, json.dependency], [503, 'mysql'])
  await become('mysql', 'down')
  toMysql.delay = 0
  await upAgain('mysql')
  const ids = Array.from({ length: 40 }, (_, index) => 1 + (index % 2))
  const found = await Promise.all(ids.map(async id => (await ana.ask(backend, `/usuarios/${id}`)).json.id))
  t.strictSame(found, ids)
})

t.test('150 requests at once for a slow database are all answered or refused', async t => {
  toMysql.delay = 300
  const answers = await Promise.all(Array.from({ length: 150 }, () => ana.ask(backend, '/usuarios/1')))
  toMysql.delay = 0
  const count = (wanted: number) => answers.filter(({ status }) => status === wanted).length
  t.equal(count(200) + count(503), 150, `${count(200)} answered, ${count(503)} refused`)
  t.ok(count(200) >= 8 && count(503) > 0, `${count(200)} answered, ${count(503)} refused`)
  await upAgain('mysql')
  t.equal((await ana.ask(backend, '/usuarios/1')).status, 200)
})

t.test('the connection to MySQL breaks in the middle of a change: it is made once, on a new connection', async t => {
  let cuts = 0
  toMysql.cut = text => (text.includes('INSERT INTO user_changes') && cuts++ === 0 ? 'before' : undefined)
  const before = (await ana.ask(backend, '/usuarios/2')).headers.etag
  const change = await ana.ask(backend, '/usuarios/2', { method: 'PATCH', json: { name: 'Bruno Cortado' } })
  t.equal(cuts, 2, 'broken once, and tried again')
  t.equal(change.status, 200)
  t.equal(change.headers.etag, `"${Number(String(before).slice(1, -1)) + 1}"`, 'one version later, not two')
  toMysql.cut = undefined
})

t.test(
  'the connection breaks at the COMMIT: 503, without a second try, because the change may have been made or not',
  async t => {
    for (const [cut, made] of [
      ['before', false],
      ['after', true],
    ] as const) {
      await upAgain('mysql')
      const name = `Bruno ${cut}`
      let commits = 0
      toMysql.cut = text => {
        if (!text.includes('COMMIT')) return undefined
        commits++
        return cut
      }
      const change = await ana.ask(backend, '/usuarios/2', { method: 'PATCH', json: { name } })
      toMysql.cut = undefined
      t.match(change, { status: 503, json: { dependency: 'mysql', detail: /check whether the change was made/ } })
      t.equal(commits, 1)
      await upAgain('mysql')
      t.equal((await ana.ask(backend, '/usuarios/2')).json.name === name, made, `cut ${cut} the server has it`)
    }
  },
)

t.test('the connection to Redis breaks during a login: 503, and the next login uses a new connection', async t => {
  let cuts = 0
  toRedis.cut = text => (text.includes('create session') && cuts++ === 0 ? 'after' : undefined)
  const login = await new Browser().ask(backend, '/login', {
    json: { username: 'ana', password: 'ana-no-laboratorio' },
  })
  t.match(login, { status: 503, json: { dependency: 'redis' }, headers: { 'set-cookie': undefined } })
  toRedis.cut = undefined
  await until('Redis is back', async () => (await ana.ask(backend, '/perfil')).status === 200)
  t.equal((await new Browser().login(backend)).status, 200)
})
