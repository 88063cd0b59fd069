/**
 * Redis and MySQL start late, are killed, are stopped (SIGSTOP: the kernel accepts connections, but no answer comes), and are back:
 * nothing crashes, no request waits long, no user is treated as anonymous, and no backend has to be restarted.
 */
import t from 'tap'
import type { Child } from '../lab/child.ts'
import { isStopped } from '../test/testing/processes.ts'
import { until } from '../test/testing/until.ts'
import { type StartedBackend, startBackend } from './testing/backend.ts'
import { Browser } from './testing/browser.ts'
import { Servers } from './testing/servers.ts'

const servers = new Servers(t)
const backend = await startBackend(t, 1)
const ana = new Browser()
const client = new Browser()
const html = { accept: 'text/html' }
const form = { username: 'ana', password: 'ana-no-laboratorio' }

const statusOf = async ({ url }: StartedBackend) => (await client.ask({ url }, '/status')).json
const become = (name: 'redis' | 'mysql', state: string) =>
  until(`${name} is ${state}`, async () => (await statusOf(backend))[name] === state)

/** SIGSTOP: from now on the server is silent. */
async function stop(server: Child | undefined): Promise<void> {
  server?.signal('SIGSTOP')
  await until('the process is stopped', () => isStopped(server?.pid ?? 0))
}

/** The response, and the number of responses of /status meanwhile: a request that waits must not block others. */
async function withOthers<T>(ask: Promise<T>): Promise<{ answer: T; others: number }> {
  let others = 0
  let waiting = true
  const answered = ask.finally(() => {
    waiting = false
  })
  while (waiting) {
    await client.ask(backend, '/status')
    if (waiting) others++
  }
  return { answer: await answered, others }
}

t.test('without Redis and MySQL the backend answers /status and /healthz, and 503 for the rest', async t => {
  t.match(await statusOf(backend), {
    redis: 'down',
    mysql: 'down',
    redisTrouble: /ECONNREFUSED/,
    mysqlTrouble: /ECONNREFUSED/,
  })
  t.equal((await client.ask(backend, '/healthz')).status, 200)
  const login = await client.ask(backend, '/login', { json: form })
  t.match(login, { status: 503, headers: { 'content-type': 'application/problem+json', 'retry-after': '1' } })
  const page = await client.ask(backend, '/login', { form, headers: html })
  t.match(page, { status: 503, headers: { 'content-type': /^text\/html/ }, text: /o Redis ou o MySQL está fora do ar/ })
  const cookie = `sid=${'A'.repeat(43)}`
  t.match(await client.ask(backend, '/perfil', { headers: { cookie } }), {
    status: 503,
    json: { dependency: 'redis' },
  })
})

t.test('when both are up, the backend works without a restart', async t => {
  await Promise.all([servers.startMysql(), servers.startRedis()])
  await Promise.all([become('redis', 'up'), become('mysql', 'up')])
  t.equal((await ana.login(backend)).status, 200)
  t.equal((await ana.ask(backend, '/perfil')).status, 200)
})

t.test('MySQL killed: sessions are still valid; a login is 503 until MySQL is back', async t => {
  await servers.mysql?.kill()
  const answer = await client.ask(backend, '/login', { json: form })
  t.match(answer, { status: 503, json: { dependency: 'mysql' } })
  await become('mysql', 'down')
  t.equal((await ana.ask(backend, '/perfil')).status, 200)
  await servers.startMysql()
  await become('mysql', 'up')
  t.equal((await new Browser().login(backend)).status, 200)
})

t.test('Redis killed: 503, never 401; when it is back, the sessions are still there', async t => {
  await servers.redis?.kill()
  await become('redis', 'down')
  t.match(await ana.ask(backend, '/perfil'), { status: 503, json: { dependency: 'redis' } })
  t.match(
    await ana.ask(backend, '/perfil', { headers: html }),
    {
      status: 503,
      headers: { 'content-type': /^text\/html/, 'retry-after': '1' },
      text: /Serviço indisponível.*Service unavailable/,
    },
    'a browser gets a page, and is not redirected to the login',
  )
  t.equal((await client.ask(backend, '/login', { json: form })).status, 503)
  t.equal(
    (await ana.ask(backend, '/logout', { method: 'POST' })).status,
    503,
    'a logout that was not done is not reported as done',
  )
  await servers.startRedis()
  await become('redis', 'up')
  t.equal((await ana.ask(backend, '/perfil')).status, 200)
})

t.test('Redis stopped: 503 while it is silent; after SIGCONT it works again', async t => {
  await stop(servers.redis)
  // Redis is silent until SIGCONT: the response is that of a limit of the backend.
  const { answer, others } = await withOthers(ana.ask(backend, '/perfil'))
  t.match(answer, { status: 503, json: { dependency: 'redis' } })
  t.ok(others > 0, `${others} other requests were answered meanwhile`)
  await become('redis', 'down')
  servers.redis?.signal('SIGCONT')
  await become('redis', 'up')
  t.equal((await ana.ask(backend, '/perfil')).status, 200)
})

t.test('MySQL stopped: 503 while it is silent; after SIGCONT it works again', async t => {
  await stop(servers.mysql)
  const { answer, others } = await withOthers(client.ask(backend, '/login', { json: form }))
  t.match(answer, { status: 503, json: { dependency: 'mysql' } })
  t.ok(others > 0, `${others} other requests were answered meanwhile`)
  await become('mysql', 'down')
  t.equal((await client.ask(backend, '/login', { json: form })).status, 503)
  servers.mysql?.signal('SIGCONT')
  await become('mysql', 'up')
  t.equal((await new Browser().login(backend)).status, 200)
})

t.test('the log has one line for each change, not one for each probe', async t => {
  const said = backend.lines
    .filter(line => / is (up|down)/.test(line))
    .map(line => line.split(' ').slice(0, 4).join(' '))
  t.strictSame(
    said.filter(line => line.includes('mysql')),
    [
      'warn mysql is down',
      'info mysql is up',
      'warn mysql is down',
      'info mysql is up',
      'warn mysql is down',
      'info mysql is up',
    ],
  )
  t.equal(said.filter(line => line.includes('redis')).length, 6)
  t.strictSame(
    backend.lines.filter(line => line.startsWith('error')),
    [],
  )
})
