/**
 * The story that the lab is about, against the real processes, MariaDB and Redis: a user logs in once, and stays logged in
 * with every server that answers, and while some are switched off.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { hostNamed, hostsOf } from '#shared/network-map.ts'
import { Client } from './testing/client.ts'
import { forget, startLab } from './testing/lab.ts'
import { until } from './testing/until.ts'

const lab = await startLab()
const client = new Client(lab.map)
t.teardown(async () => {
  await client.close()
  await lab.stop()
  forget(lab.folder)
})

const frontends = hostsOf(lab.map, 'frontend')
const backends = hostsOf(lab.map, 'backend').filter(host => !host.spare)
const machines = [...frontends, ...backends].map(host => host.name)
/** Requests after which every server has been seen, in a rotation that works: a few rounds, not a matter of luck. */
const A_FEW_ROUNDS = 30

/** Asks /perfil a number of times. @returns who answered; every answer must be 200 for the same user and session */
async function askProfile(t: Test, times: number, session: unknown): Promise<Set<string>> {
  const seen = new Set<string>()
  for (let i = 0; i < times; i++) {
    const answer = await client.ask('/perfil')
    if (answer.status !== 200)
      t.fail(`request ${i}: ${answer.status} from ${answer.headers['x-served-by']}: ${answer.body}`)
    const profile = answer.json()
    if (session !== undefined) t.strictSame([profile.user, profile.session], session, `request ${i}`)
    seen.add(answer.frontend).add(answer.backend ?? '')
  }
  return seen
}

let session: unknown

t.test('the DNS server gives the three frontends, each answer one later than the last', async t => {
  const [first = [], second, third, fourth] = [
    await client.resolve(),
    await client.resolve(),
    await client.resolve(),
    await client.resolve(),
  ]
  const [a, b, c] = first
  t.strictSame([...first].sort(), frontends.map(host => host.address).sort())
  t.strictSame(
    [second, third, fourth],
    [
      [b, c, a],
      [c, a, b],
      [a, b, c],
    ],
  )
})

t.test('a login through frontend 1 holds on every frontend and every backend', async t => {
  const login = await client.ask('/login', {
    method: 'POST',
    edge: 'frontend1',
    json: { username: 'ana', password: 'ana-no-laboratorio' },
  })
  t.equal(login.status, 200, login.body)
  t.equal(login.frontend, 'frontend1')
  const profile = (await client.ask('/perfil')).json()
  t.match(profile, { user: { username: 'ana' } })
  session = [profile.user, profile.session]
  const seen = await askProfile(t, A_FEW_ROUNDS, session)
  t.strictSame([...seen].sort(), machines.toSorted())
})

t.test('with a backend and a frontend switched off, every request is answered', async t => {
  await lab.command('stop', 'backend2')
  await lab.command('stop', 'frontend1')
  const seen = await askProfile(t, A_FEW_ROUNDS, session)
  t.strictSame([...seen].sort(), machines.filter(name => name !== 'backend2' && name !== 'frontend1').sort())
})

t.test('switched on again, they get traffic again', async t => {
  await lab.command('start', 'backend2')
  await lab.command('start', 'frontend1')
  await until('backend2 and frontend1 answer', async () => {
    const seen = await askProfile(t, 9, session)
    return seen.has('backend2') && seen.has('frontend1')
  })
})

t.test('a fourth backend is one more record in the zone, and is gone with it', async t => {
  const file = join(lab.folder, 'zones', 'db.meutrabalho.com.br')
  const before = readFileSync(file, 'utf8')
  const spare = hostNamed(lab.map, 'backend4')
  await lab.command('start', spare.name)
  writeFileSync(file, `${before}\nbackends 5 IN A ${spare.address}\n`)
  await until('backend4 answers', async () => (await askProfile(t, 4, session)).has('backend4'), 30_000)
  writeFileSync(file, before)
  await until('backend4 answers no more', async () => !(await askProfile(t, 12, session)).has('backend4'), 30_000)
  await lab.command('stop', spare.name)
})

t.test('a mistake in the zone is printed at the terminal, with its place, and the old zone stays', async t => {
  const file = join(lab.folder, 'zones', 'db.meutrabalho.com.br')
  const before = readFileSync(file, 'utf8')
  writeFileSync(file, `${before}\nnovo IN A 1.2.3\n`)
  const report = /ns1: .*db\.meutrabalho\.com\.br:\d+:\d+: error/
  await until('the terminal names the place', () => lab.output.some(line => report.test(line)))
  t.equal((await client.resolve()).length, frontends.length)
  writeFileSync(file, before)
})

t.test('without MySQL the session still counts, and /status says what is down', async t => {
  await lab.command('stop', 'mysql')
  await askProfile(t, 9, session)
  await until('every backend has noticed', async () => (await client.ask('/status')).json().mysql === 'down')
  t.equal((await client.ask('/status')).status, 200)
  await lab.command('start', 'mysql')
  await until('MySQL is back', async () => (await client.ask('/status')).json().mysql === 'up')
})

t.test('without Redis no user counts as anonymous; when Redis is back, all users are still logged in', async t => {
  await lab.command('stop', 'redis')
  t.equal((await client.ask('/perfil')).status, 503)
  await lab.command('start', 'redis')
  await until('Redis is back', async () => (await client.ask('/perfil')).status === 200)
  await askProfile(t, 9, session)
})

t.test('log-out ends the session on every server', async t => {
  const stolen = client.cookie ?? ''
  t.equal((await client.ask('/logout', { method: 'POST' })).status, 204)
  for (const edge of frontends.map(host => host.name)) {
    t.equal((await client.ask('/perfil', { edge, headers: { cookie: stolen } })).status, 401)
  }
})
