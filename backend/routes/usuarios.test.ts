/**
 * /usuarios with real MariaDB and Redis: permissions, and the sessions of a user who is changed.
 */
import { once } from 'node:events'
import { connect } from 'node:net'
import t from 'tap'
import { collectEvents, startBackend } from '../testing/backend.ts'
import { Browser } from '../testing/browser.ts'
import { startServers } from '../testing/servers.ts'

await startServers(t)
const one = await startBackend(t, 1)
const two = await startBackend(t, 2)
const ana = new Browser()
const bruno = new Browser()
await ana.login(one)
await bruno.login(two, 'bruno')

const GOOD = 'cavalo bateria grampo'
let count = 0

/** A new user, logged in. */
async function newUser(role = 'aluno') {
  const username = `user${++count}`
  const created = await ana.ask(one, '/usuarios', { json: { username, name: `User ${count}`, password: GOOD, role } })
  t.equal(created.status, 201)
  const browser = new Browser()
  t.equal((await browser.ask(two, '/login', { json: { username, password: GOOD } })).status, 200)
  return { id: created.json.id as number, username, browser, path: created.headers.location as string }
}

const patch = (browser: Browser, path: string, json: unknown, headers = {}) =>
  browser.ask(one, path, { method: 'PATCH', json, headers })

t.test('POST /usuarios creates a user who can log in, and returns Location and ETag', async t => {
  const { status, json, headers } = await ana.ask(one, '/usuarios', {
    json: { username: 'carla', name: 'Carla 👩‍🔬 Ç', password: GOOD },
  })
  t.equal(status, 201)
  t.match(json, { username: 'carla', name: 'Carla 👩‍🔬 Ç', role: 'aluno' })
  t.notOk('password' in json)
  t.equal(headers.location, `/usuarios/${json.id}`)
  t.strictSame((await ana.ask(two, `/usuarios/${json.id}`)).json, json)
  const login = await new Browser().ask(two, '/login', { json: { username: 'Carla', password: GOOD } })
  t.equal(login.status, 200, 'the user name is not case-sensitive at login')
})

t.test('POST /usuarios names every wrong field', async t => {
  const create = (json: unknown) => ana.ask(one, '/usuarios', { json })
  const bad = await create({ username: 'João', name: ' ', password: 1, admin: true })
  t.equal(bad.status, 400)
  t.strictSame(bad.json.errors.map(({ field }: { field: string }) => field).sort(), [
    'admin',
    'name',
    'password',
    'username',
  ])
  t.match(await create({ username: 'ana', name: 'x', password: GOOD }), { status: 409, json: { field: 'username' } })
  t.match(await create({ username: 'dora', name: 'x', password: '12345678' }), {
    status: 422,
    json: { field: 'password' },
  })
  t.match(await create({}), { status: 400, json: { detail: /username, name, password: is missing/ } })
  for (const value of [null, [], 'x', 7]) t.equal((await create(value)).status, 400)
})

t.test('two requests for the same user name at the same moment: one gets it', async t => {
  const json = { username: 'twin', name: 'x', password: GOOD }
  const answers = await Promise.all([ana.ask(one, '/usuarios', { json }), ana.ask(two, '/usuarios', { json })])
  t.strictSame(answers.map(({ status }) => status).sort(), [201, 409])
})

t.test('an aluno can read and rename their own account, and nothing else (permissions.ts)', async t => {
  t.equal((await bruno.ask(one, '/usuarios/2')).status, 200)
  t.equal((await patch(bruno, '/usuarios/2', { name: 'Bruno L.' })).status, 200)
  t.equal((await bruno.ask(two, '/perfil')).json.user.name, 'Bruno L.', 'the session has the new name')
  const forbidden = [
    bruno.ask(one, '/usuarios'),
    bruno.ask(one, '/usuarios/1'),
    bruno.ask(one, '/usuarios', { json: { username: 'eva', name: 'x', password: GOOD } }),
    patch(bruno, '/usuarios/2', { role: 'admin' }),
    patch(bruno, '/usuarios/2', { name: 'x', role: 'admin' }),
    patch(bruno, '/usuarios/1', { name: 'x' }),
    patch(bruno, '/usuarios/1', { password: GOOD }),
    bruno.ask(one, '/usuarios/2', { method: 'DELETE' }),
    bruno.ask(one, '/usuarios/999'),
  ]
  for (const answer of await Promise.all(forbidden)) t.equal(answer.status, 403)
  const anonymous = new Browser()
  for (const path of ['/usuarios', '/usuarios/1', '/sessoes']) t.equal((await anonymous.ask(one, path)).status, 401)
  t.equal((await ana.ask(one, '/usuarios/2')).json.role, 'aluno', 'and nothing of it happened')
})

t.test('GET /usuarios pages by id: no row twice and none left out, though rows come and go', async t => {
  for (let i = 0; i < 3; i++) await newUser()
  const seen: number[] = []
  let next: string | null = '/usuarios?limit=2'
  while (next !== null) {
    const { json, headers, status }: Awaited<ReturnType<Browser['ask']>> = await ana.ask(one, next)
    t.equal(status, 200)
    seen.push(...json.users.map(({ id }: { id: number }) => id))
    t.equal(headers.link, json.next === null ? undefined : `<${json.next}>; rel="next"`)
    next = json.next
    if (seen.length === 2) await ana.ask(one, `/usuarios/${(await newUser()).id}`, { method: 'DELETE' })
  }
  t.strictSame(
    seen,
    [...new Set(seen)].sort((a, b) => a - b),
  )
  const all = (await ana.ask(one, '/usuarios?limit=100')).json.users
  t.equal(seen.length, all.length)
  for (const query of [
    'limit=0',
    'limit=101',
    'limit=x',
    'after=-1',
    'limit=1&limit=2',
    'page=2',
    'limit=1%20OR%201',
  ]) {
    t.equal((await ana.ask(one, `/usuarios?${query}`)).status, 400, query)
  }
})

t.test('ETag, If-Match and If-None-Match: a change of an older version is refused (RFC 9110 §13.1.1)', async t => {
  const { path } = await newUser()
  const { headers } = await ana.ask(one, path)
  const seen = String(headers.etag)
  t.equal((await ana.ask(one, path, { headers: { 'if-none-match': seen } })).status, 304)
  t.equal((await ana.ask(one, path, { headers: { 'if-none-match': `W/${seen}, "x"` } })).status, 304)
  const first = await patch(ana, path, { name: 'First' }, { 'if-match': seen })
  t.equal(first.status, 200)
  t.not(first.headers.etag, seen)
  t.equal((await patch(ana, path, { name: 'Second' }, { 'if-match': seen })).status, 412)
  t.equal((await ana.ask(one, path, { method: 'DELETE', headers: { 'if-match': seen } })).status, 412)
  t.equal((await ana.ask(one, path)).json.name, 'First')
  t.equal((await patch(ana, path, { name: 'Third' }, { 'if-match': `W/${first.headers.etag}` })).status, 412, 'weak')
  t.equal((await patch(ana, path, { name: 'Third' }, { 'if-match': '*' })).status, 200)
  t.equal((await ana.ask(one, path, { headers: { 'if-none-match': seen } })).status, 200)
})

t.test('ten changes at the same time with If-Match: none is lost', async t => {
  const { path } = await newUser()
  let retries = 0
  const append = async (letter: string) => {
    for (;;) {
      const { json, headers } = await ana.ask(one, path)
      const change = await patch(ana, path, { name: `${json.name}${letter}` }, { 'if-match': String(headers.etag) })
      if (change.status === 200) return
      t.equal(change.status, 412)
      retries++
    }
  }
  await Promise.all([...'abcdefghij'].map(append))
  const { name } = (await ana.ask(two, path)).json
  t.strictSame([...name.slice(-10)].sort().join(''), 'abcdefghij')
  t.ok(retries > 0)
})

t.test('a new role ends the sessions of the user: the old rights are gone at once', async t => {
  const { path, browser } = await newUser('admin')
  t.equal((await browser.ask(two, '/usuarios')).status, 200)
  t.equal((await patch(ana, path, { role: 'aluno' })).status, 200)
  t.equal((await browser.ask(two, '/usuarios')).status, 401)
})

// The attack: an admin who expects to lose the role begins a request that creates another admin, and sends its last octets (the
// server waits 15 s for them) after the role is gone. If the session were looked up when the head arrives, the request would succeed.
t.test('a request whose body ends after the role is gone changes nothing', async t => {
  const { path, browser } = await newUser('admin')
  const bodies = {
    'POST /usuarios': JSON.stringify({ username: 'backdoor', name: 'x', password: GOOD, role: 'admin' }),
    'PATCH /usuarios/2': JSON.stringify({ role: 'admin' }),
  }
  const held = Object.entries(bodies).map(([line, body]) => {
    const socket = connect(3000, one.address).setEncoding('latin1')
    const fields = `Host: x\r\nCookie: ${browser.cookie}\r\nContent-Type: application/json\r\nConnection: close\r\n`
    socket.write(`${line} HTTP/1.1\r\n${fields}Content-Length: ${body.length}\r\n\r\n${body.slice(0, 1)}`)
    t.teardown(() => socket.destroy())
    return { socket, rest: body.slice(1) }
  })
  for (let i = 0; i < 3; i++) t.equal((await browser.ask(one, '/perfil')).status, 200, 'the heads have arrived')
  t.equal((await patch(ana, path, { role: 'aluno' })).status, 200)
  for (const { socket, rest } of held) {
    socket.write(rest)
    const [answer] = await once(socket, 'data')
    t.match(answer, /^HTTP\/1\.1 401 /)
  }
})

t.test('users who give up their role get a new session id, and the old one is invalid', async t => {
  const { path, browser } = await newUser('admin')
  const old = browser.cookie ?? ''
  t.equal((await patch(browser, path, { role: 'aluno' })).status, 200)
  t.not(browser.cookie, old)
  t.match((await browser.ask(two, '/perfil')).json.user, { role: 'aluno' })
  t.equal((await new Browser().ask(two, '/perfil', { headers: { cookie: old } })).status, 401)
})

t.test('a change of the own password needs the current one, ends the other sessions, and renews this one', async t => {
  const { path, browser, username } = await newUser()
  const elsewhere = new Browser()
  await elsewhere.ask(one, '/login', { json: { username, password: GOOD } })
  const password = 'outra frase bem longa'
  t.match(await patch(browser, path, { password }), { status: 422, json: { field: 'currentPassword' } })
  t.match(await patch(browser, path, { password, currentPassword: 'x' }), {
    status: 422,
    json: { field: 'currentPassword' },
  })
  t.match(await patch(browser, path, { password: username, currentPassword: GOOD }), {
    status: 422,
    json: { field: 'password' },
  })
  t.equal((await elsewhere.ask(one, '/perfil')).status, 200, 'nothing has changed so far')
  t.equal((await patch(browser, path, { password, currentPassword: GOOD })).status, 200)
  t.equal((await browser.ask(two, '/perfil')).status, 200)
  t.equal((await elsewhere.ask(one, '/perfil')).status, 401)
  t.equal((await new Browser().ask(one, '/login', { json: { username, password: GOOD } })).status, 401)
  t.equal((await new Browser().ask(one, '/login', { json: { username, password } })).status, 200)
  t.equal((await patch(browser, path, { currentPassword: password })).status, 400, 'nothing to change')
})

t.test('DELETE removes a user and ends the sessions of that user', async t => {
  const { path, browser } = await newUser()
  t.equal((await ana.ask(one, path, { method: 'DELETE' })).status, 204)
  t.equal((await browser.ask(two, '/perfil')).status, 401)
  t.equal((await ana.ask(one, path)).status, 404)
  t.equal((await ana.ask(one, path, { method: 'DELETE' })).status, 404)
})

t.test('the last admin keeps the role, also when two admins demote each other at the same moment', async t => {
  t.match(await patch(ana, '/usuarios/1', { role: 'aluno' }), { status: 409, json: { detail: /last admin/ } })
  t.equal((await ana.ask(one, '/usuarios/1', { method: 'DELETE' })).status, 409)
  for (let round = 0; round < 5; round++) {
    const { id, browser } = await newUser('admin')
    const answers = await Promise.all([
      patch(ana, `/usuarios/${id}`, { role: 'aluno' }),
      browser.ask(two, '/usuarios/1', { method: 'PATCH', json: { role: 'aluno' } }),
    ])
    const statuses = answers.map(({ status }) => status)
    t.equal(statuses.filter(status => status === 200).length, 1, statuses.join(' '))
    const winner = statuses[0] === 200 ? ana : browser
    if (winner === browser) {
      t.equal((await patch(browser, '/usuarios/1', { role: 'admin' })).status, 200)
      await ana.login(one)
      t.equal((await patch(ana, `/usuarios/${id}`, { role: 'aluno' })).status, 200)
    }
    const admins = (await ana.ask(one, '/usuarios?limit=100')).json.users.filter(
      ({ role }: { role: string }) => role === 'admin',
    )
    t.equal(admins.length, 1)
  }
})

t.test('every change is recorded in user_changes, in the same transaction, without the value', async t => {
  const events = collectEvents(t, one)
  const { path } = await newUser()
  await patch(ana, path, { name: 'New name', password: 'outra frase bem longa' })
  const sql = events.flatMap(event => (event.kind === 'backend.mysql' ? event.detail.sql : []))
  t.equal(sql.filter(text => text.startsWith('INSERT INTO user_changes')).length, 2)
  t.notMatch(JSON.stringify(events), 'outra frase')
})
