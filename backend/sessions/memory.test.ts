/**
 * SESSIONS=memory: the lesson in which a login is lost when the next request reaches another server.
 */
import t from 'tap'
import { FakeClock } from '#shared/clock.ts'
import { startBackend } from '../testing/backend.ts'
import { Browser } from '../testing/browser.ts'
import { Servers } from '../testing/servers.ts'
import { Trace } from '../trace.ts'
import { MemoryStore } from './memory-store.ts'
import { IDLE_MS, type Session } from './session.ts'

t.test('with SESSIONS=memory a session is unknown to the other servers; Redis is not needed', async t => {
  const servers = new Servers(t)
  await servers.startMysql()
  const env = { SESSIONS: 'memory', LOGIN_THROTTLE: 'on' }
  const one = await startBackend(t, 1, { env })
  const two = await startBackend(t, 2, { env })
  const ana = new Browser()
  t.equal((await ana.login(one)).status, 200)
  t.match((await ana.ask(one, '/perfil')).json, { user: { username: 'ana' }, session: { store: 'memory' } })
  t.match((await ana.ask(one, '/perfil', { headers: { accept: 'text/html' } })).text, 'role="alert"')
  t.match(await ana.ask(two, '/perfil'), { status: 401, json: { sessions: 'memory' } }, 'unknown there, and why')
  const status = (await ana.ask(one, '/status')).json
  t.match(status, { sessions: 'memory', warning: /SESSIONS=memory/, redis: 'down' })
  t.equal((await ana.ask(one, '/sessoes')).json.sessions.length, 1)
  await ana.ask(one, '/usuarios/1', { method: 'PATCH', json: { name: 'Ana S.' } })
  t.equal((await ana.ask(one, '/perfil')).json.user.name, 'Ana S.')
  await ana.ask(one, '/logout', { method: 'POST' })
  t.equal((await ana.ask(one, '/sessoes')).status, 401)
})

t.test('MemoryStore keeps the sessions that are not over, and has epochs', async t => {
  const store = new MemoryStore()
  const clock = new FakeClock(0)
  const trace = new Trace('x')
  const session = (key: string): Session => ({
    key,
    user: { id: 1, username: 'ana', name: 'Ana', role: 'admin' },
    server: 'Servidor 1',
    createdAt: clock.epoch(),
    seenAt: clock.epoch(),
  })
  t.ok(await store.create(trace, session('a'), '0', undefined))
  t.ok(await store.create(trace, session('b'), '0', 'a'))
  t.strictSame(
    (await store.list(trace, 'ana')).map(({ key }) => key),
    ['b'],
    'b replaced a',
  )
  clock.advance(IDLE_MS)
  await store.create(trace, session('c'), '0', undefined)
  t.equal(await store.find(trace, 'b'), undefined, 'over, and removed')
  t.equal(await store.endAll(trace, 'ana'), 1)
  t.notOk(await store.create(trace, session('d'), '0', undefined), 'the epoch has changed')
  t.equal(await store.epoch(trace, 'ana'), '1')
  await store.touch(trace, session('c'), 5)
  t.equal(await store.find(trace, 'c'), undefined, 'touch() does not restore it')
})
