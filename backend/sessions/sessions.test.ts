/**
 * Sessions in Redis, shared by two backends, with a fake clock.
 */
import { execFileSync } from 'node:child_process'
import { Redis } from 'ioredis'
import t from 'tap'
import { FakeClock } from '#shared/clock.ts'
import { collectEvents, startBackend } from '../testing/backend.ts'
import { Browser } from '../testing/browser.ts'
import { prefix, startServers } from '../testing/servers.ts'
import { ABSOLUTE_MS, IDLE_MS, keyOf } from './session.ts'

await startServers(t)
const clock = new FakeClock(Date.now())
const one = await startBackend(t, 1, { clock })
const two = await startBackend(t, 2, { clock })
const redis = new Redis({ host: `${prefix}.4` })
t.teardown(() => redis.disconnect())

const MINUTE = 60_000
const keyIn = (browser: Browser) => `session:${keyOf(browser.cookie?.slice(4))}`

t.test('Redis has only a hash of the id, and the session expires there by itself', async t => {
  const ana = new Browser()
  await ana.login(one)
  const id = ana.cookie?.slice(4) ?? ''
  const keys = await redis.keys('*')
  t.notOk(keys.some(key => key.includes(id)))
  t.match(await redis.hgetall(keyIn(ana)), { username: 'ana', role: 'admin', server: 'Servidor 1' })
  t.notMatch(JSON.stringify(await redis.hgetall(keyIn(ana))), id)
  const left = await redis.pttl(keyIn(ana))
  t.ok(left > IDLE_MS - 5_000 && left <= IDLE_MS)
})

t.test(
  'a request is one command to Redis and none to MySQL; after half of the idle time it also writes seenAt',
  async t => {
    const ana = new Browser()
    await ana.login(one)
    const events = collectEvents(t, two)
    const asked = () =>
      events
        .splice(0)
        .flatMap(({ kind, detail }) =>
          kind === 'backend.request' || kind === 'backend.received'
            ? []
            : `${kind} ${'command' in detail ? detail.command : ''}`,
        )
    await ana.ask(two, '/perfil')
    t.strictSame(asked(), ['backend.redis HMGET'])

    clock.advance(14 * MINUTE)
    await ana.ask(two, '/perfil')
    t.strictSame(asked(), ['backend.redis HMGET'], 'before half of the time nothing is written')
    clock.advance(2 * MINUTE)
    await ana.ask(two, '/perfil')
    t.strictSame(asked(), ['backend.redis HMGET', 'backend.redis EVAL (touch session)'])
    clock.advance(29 * MINUTE)
    t.equal((await ana.ask(one, '/perfil')).status, 200, '29 minutes after it was last seen')
  },
)

t.test('a session is over after 30 minutes without a request', async t => {
  const ana = new Browser()
  await ana.login(one)
  clock.advance(IDLE_MS)
  t.equal((await ana.ask(two, '/perfil')).status, 401)
})

t.test('a session is over 8 hours after the login, in spite of requests', async t => {
  const ana = new Browser()
  await ana.login(one)
  const end = clock.epoch() + ABSOLUTE_MS
  let last = Number.NaN
  while (clock.epoch() < end) {
    const { status, json } = await ana.ask(two, '/perfil')
    t.equal(status, 200)
    last = Date.parse(json.session.expiresAt)
    clock.advance(20 * MINUTE)
  }
  t.equal(last, end, 'the last response announced it')
  t.equal((await ana.ask(two, '/perfil')).status, 401)
})

t.test('touch() does not restore a session that was ended meanwhile', async t => {
  const ana = new Browser()
  await ana.login(one)
  const key = keyIn(ana)
  clock.advance(16 * MINUTE)
  // The event makes the logout happen exactly between the read and the write of this request.
  const stop = one.events.watch(({ kind, detail }) => {
    if (kind === 'backend.redis' && detail.command === 'HMGET') void redis.del(key)
  })
  await ana.ask(one, '/perfil')
  stop()
  t.equal(await redis.exists(key), 0)
})

t.test('a hash with a missing or invalid field is not a session', async t => {
  const ana = new Browser()
  await ana.login(one)
  for (const field of ['id', 'username', 'role', 'createdAt', 'seenAt']) {
    const value = (await redis.hget(keyIn(ana), field)) ?? ''
    await redis.hdel(keyIn(ana), field)
    t.equal((await ana.ask(one, '/perfil')).status, 401, field)
    await redis.hset(keyIn(ana), field, value)
  }
  t.equal((await ana.ask(one, '/perfil')).status, 200)
  await redis.hset(keyIn(ana), 'role', 'root')
  t.equal((await ana.ask(one, '/perfil')).status, 401, 'an unknown role')
  await redis.hset(keyIn(ana), 'role', 'admin')
  for (const field of ['id', 'createdAt', 'seenAt']) {
    const value = (await redis.hget(keyIn(ana), field)) ?? ''
    // No time is later than NaN, so such a session would never be over.
    await redis.hset(keyIn(ana), field, 'soon')
    t.equal((await ana.ask(one, '/perfil')).status, 401, `${field} is not a number`)
    await redis.hset(keyIn(ana), field, value)
  }
  t.equal((await ana.ask(one, '/perfil')).status, 200)
})

t.test('a second cookie of the same name does not hide the session (RFC 6265 §4.2.2)', async t => {
  const ana = new Browser()
  await ana.login(one)
  const planted = `sid=${'A'.repeat(43)}`
  const ask = (...cookies: (string | undefined)[]) =>
    new Browser().ask(one, '/perfil', { headers: { cookie: cookies.join('; ') } })
  for (const cookies of [
    ['sid=xyz', ana.cookie],
    ['sid=', ana.cookie],
    [ana.cookie, planted],
    [planted, ana.cookie],
    [planted, planted, ana.cookie],
  ]) {
    t.equal((await ask(...cookies)).status, 200, cookies.join('; '))
  }
  const events = collectEvents(t, one)
  t.equal((await ask(planted, planted, planted, ana.cookie)).status, 401, 'three are looked up')
  t.match(
    events.filter(({ kind }) => kind === 'backend.redis').map(({ detail }) => detail),
    [{ replyOctets: 0 }, { replyOctets: 0 }, { replyOctets: 0 }],
    'the planted sessions do not exist: the replies have no values',
  )

  const json = { username: 'ana', password: 'ana-no-laboratorio' }
  await new Browser().ask(one, '/login', { json, headers: { cookie: `${planted}; ${ana.cookie}` } })
  t.equal(
    (await ana.ask(one, '/perfil')).status,
    401,
    'a login ends the session that it replaces, behind a planted cookie too',
  )
})

t.test('GET /sessoes lists the sessions of the user; POST /logout with everywhere ends them all', async t => {
  const bruno = [new Browser(), new Browser(), new Browser()] as const
  await bruno[0].login(one, 'bruno')
  clock.advance(MINUTE)
  await bruno[1].login(two, 'bruno')
  clock.advance(MINUTE)
  await bruno[2].login(two, 'bruno')
  const { json } = await bruno[0].ask(two, '/sessoes')
  t.match(json.sessions, [
    { server: 'Servidor 2', current: false },
    { server: 'Servidor 2', current: false },
    { server: 'Servidor 1', current: true, store: 'redis' },
  ])
  t.equal(json.sessions.length, 3)

  const ana = new Browser()
  await ana.login(one)
  t.equal((await bruno[0].ask(one, '/logout', { json: { everywhere: true } })).status, 204)
  for (const browser of bruno) t.equal((await browser.ask(two, '/perfil')).status, 401)
  t.equal((await ana.ask(two, '/perfil')).status, 200, 'the session of another user')
})

t.test('a login that began before all sessions were ended does not get a session from outdated data', async t => {
  const slow = new Browser()
  // After the row was read and before the password is checked, all sessions of bruno are ended. By a process that is waited for:
  // otherwise a busy Redis could execute it after the login.
  const endAll = `require('node:net').connect(6379, '${prefix}.4', function () {
    this.on('data', () => this.destroy()).write('INCR user:bruno:epoch\\r\\n')
  })`
  let ended = false
  const stop = one.events.watch(({ kind }) => {
    if (kind !== 'backend.mysql' || ended) return
    execFileSync(process.execPath, ['-e', endAll], { env: {} })
    ended = true
  })
  const events = collectEvents(t, one)
  const login = await slow.login(one, 'bruno')
  stop()
  t.equal(login.status, 200, 'the login began again, with the present row')
  t.equal(events.filter(({ kind }) => kind === 'backend.mysql').length, 2)
})

t.test('over HTTPS the cookie is __Host-sid and Secure; only the field of an edge makes it HTTPS', async t => {
  const ana = new Browser()
  const login = await ana.ask(one, '/login', {
    json: { username: 'ana', password: 'ana-no-laboratorio' },
    headers: { 'x-forwarded-proto': 'https' },
  })
  t.match(login.headers['set-cookie'], /^__Host-sid=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/)
  t.equal((await ana.ask(one, '/perfil', { headers: { 'x-forwarded-proto': 'https' } })).status, 200)
  t.equal((await ana.ask(one, '/perfil')).status, 401, 'over HTTP this cookie is not read')
})

t.test('a user has at most 100 sessions: with one more, the oldest is ended', async t => {
  const first = new Browser()
  clock.advance(1) // younger than any session of the tests before
  await first.login(one, 'bruno')
  const second = new Browser()
  clock.advance(1)
  await second.login(one, 'bruno')
  for (let i = 0; i < 98; i++) {
    clock.advance(1)
    await new Browser().login(i % 2 ? one : two, 'bruno')
  }
  t.equal((await first.ask(one, '/perfil')).status, 200)
  clock.advance(1)
  await new Browser().login(one, 'bruno')
  t.equal((await first.ask(one, '/perfil')).status, 401)
  t.equal((await second.ask(one, '/sessoes')).json.sessions.length, 100)
})
