/**
 * The routes of the HTTP contract, against real backends, MariaDB and Redis.
 */
import t from 'tap'
import { collectEvents, startBackend } from './testing/backend.ts'
import { Browser } from './testing/browser.ts'
import { startServers } from './testing/servers.ts'

await startServers(t)
const one = await startBackend(t, 1)
const two = await startBackend(t, 2)
const client = new Browser()

t.test('GET /status names the server and the state of its databases', async t => {
  const before = Date.now()
  const { status, json } = await client.ask(one, '/status')
  t.equal(status, 200)
  t.match(json, { server: 'Servidor 1', name: 'backend1', redis: 'up', mysql: 'up', sessions: 'redis' })
  const time = Date.parse(json.time)
  t.ok(before <= time && time <= Date.now(), json.time)
})

t.test('GET /healthz names the component, and is 503 as soon as it drains', async t => {
  const three = await startBackend(t, 3)
  t.strictSame((await client.ask(three, '/healthz')).json, { name: 'backend3', server: 'Servidor 3' })
  three.drain()
  const answer = await client.ask(three, '/healthz')
  t.equal(answer.status, 503)
  t.equal(answer.headers.connection, 'close')
  t.equal((await client.ask(three, '/livez')).status, 200, 'the process still answers')
})

t.test('POST /login with JSON returns the user; the session is valid at the other backend too', async t => {
  const ana = new Browser()
  const login = await ana.login(one)
  t.equal(login.status, 200)
  t.strictSame(login.json, { user: { id: 1, username: 'ana', name: 'Ana Souza', role: 'admin' }, server: 'Servidor 1' })
  t.match(login.headers['set-cookie'], /^sid=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/)
  t.equal(login.headers['cache-control'], 'no-store')

  const here = await ana.ask(one, '/perfil')
  const there = await ana.ask(two, '/perfil')
  t.equal(there.status, 200)
  t.equal(there.json.server, 'Servidor 2')
  t.match(there.json.session, { server: 'Servidor 1', store: 'redis' })
  t.strictSame(there.json.session, here.json.session)
  t.strictSame(there.json.user, login.json.user)
})

t.test('POST /login with a form is 303, and with a wrong password the form again', async t => {
  const bruno = new Browser()
  const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
  const wrong = await bruno.ask(one, '/login', { form: { username: '"><b>', password: 'guess' }, headers: html })
  t.equal(wrong.status, 401)
  t.match(wrong.headers['content-type'], /^text\/html/)
  t.match(wrong.text, 'value="&quot;&gt;&lt;b&gt;"', 'the user name is in the form again, escaped')
  t.notMatch(wrong.text, 'guess')

  const form = { username: 'bruno', password: 'bruno-no-laboratorio' }
  const right = await bruno.ask(one, '/login', { form, headers: html })
  t.match([right.status, right.headers.location], [303, '/perfil'])
  const perfil = await bruno.ask(two, '/perfil', { headers: html })
  t.equal(perfil.status, 200)
  t.match(perfil.text, 'Bruno Lima')
  t.match(perfil.text, 'Servidor 2')
  t.match(perfil.headers['content-security-policy'], "default-src 'none'")
  t.equal(perfil.headers['referrer-policy'], 'same-origin', 'no-referrer would make its own forms send Origin: null')
})

t.test('POST /login has the same response for an unknown user and for a wrong password', async t => {
  const unknown = await client.ask(one, '/login', { json: { username: 'unknown', password: 'x' } })
  const wrong = await client.ask(one, '/login', { json: { username: 'ana', password: 'x' } })
  t.equal(unknown.status, 401)
  t.equal(unknown.headers['content-type'], 'application/problem+json')
  t.strictSame(unknown.json, wrong.json)
})

t.test('POST /login gives a new session id each time, and the old one is invalid from then on', async t => {
  const ana = new Browser()
  await ana.login(one)
  const old = ana.cookie
  await ana.login(two)
  t.not(ana.cookie, old)
  t.equal((await client.ask(one, '/perfil', { headers: { cookie: old ?? '' } })).status, 401)
  t.equal((await ana.ask(one, '/perfil')).status, 200)
})

t.test('POST /login never uses a session id that the browser sends (session fixation)', async t => {
  const victim = new Browser()
  const planted = `sid=${'A'.repeat(43)}`
  victim.cookie = planted
  await victim.login(one)
  t.not(victim.cookie, planted)
  t.equal((await client.ask(one, '/perfil', { headers: { cookie: planted } })).status, 401)
})

t.test('POST /logout ends the session in Redis, for every backend', async t => {
  const ana = new Browser()
  await ana.login(one)
  const { cookie } = ana
  const logout = await ana.ask(two, '/logout', { method: 'POST' })
  t.equal(logout.status, 204)
  t.match(logout.headers['set-cookie'], /^sid=; .*Max-Age=0$/)
  t.equal((await client.ask(one, '/perfil', { headers: { cookie: cookie ?? '' } })).status, 401)

  await ana.login(one)
  const elsewhere = new Browser()
  await elsewhere.login(two)
  const form = await ana.ask(one, '/logout', { form: { everywhere: '1' } })
  t.match([form.status, form.headers.location], [303, '/'])
  t.equal((await elsewhere.ask(one, '/perfil')).status, 401, 'the other button of the form: everywhere')
  t.equal((await ana.ask(one, '/logout', { form: {} })).status, 303, 'also without a session')
})

t.test('GET /perfil without a session is 401, or 303 to the start page for a browser', async t => {
  const plain = await client.ask(one, '/perfil')
  t.match([plain.status, plain.headers['content-type']], [401, 'application/problem+json'])
  const browser = await client.ask(one, '/perfil', { headers: { accept: 'text/html' } })
  t.match([browser.status, browser.headers.location], [303, '/'])
  for (const cookie of ['sid=', 'sid=short', `sid=${'x'.repeat(4000)}`, 'sid=../../etc/passwd']) {
    t.equal((await client.ask(one, '/perfil', { headers: { cookie } })).status, 401, cookie.slice(0, 20))
  }
})

t.test('every response has the time of each hop, and the events have the same request id', async t => {
  const events = collectEvents(t, one)
  const ana = new Browser()
  const login = await ana.ask(one, '/login', {
    json: { username: 'ana', password: 'ana-no-laboratorio' },
    headers: { 'x-request-id': 'from-the-edge.1' },
  })
  t.equal(login.headers['x-request-id'], 'from-the-edge.1')
  t.equal(login.headers['x-served-by'], 'backend1')
  t.match(login.headers['server-timing'], /^backend;dur=[\d.]+, redis;dur=[\d.]+, mysql;dur=[\d.]+$/)
  const kinds = events.filter(event => event.request === 'from-the-edge.1').map(event => event.kind)
  t.strictSame(
    kinds,
    ['received', 'redis', 'mysql', 'redis', 'request'].map(step => `backend.${step}`),
  )
  const reported = JSON.stringify(events)
  t.match(reported, 'FROM users WHERE username = ?')
  t.notMatch(reported, 'ana-no-laboratorio', 'no password')
  t.notMatch(reported, ana.cookie?.slice(4) ?? 'no cookie', 'no session id')
})

t.test('the log names refused requests, without their query', async t => {
  const bruno = new Browser()
  await bruno.login(one, 'bruno')
  const before = one.lines.length
  await bruno.ask(one, '/usuarios?after=my-password')
  await bruno.ask(one, '/logout', { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' } })
  const [list, logout] = one.lines.slice(before)
  t.match(
    list,
    /^warn a request was refused \{"status":403,"method":"GET","path":"\/usuarios","client":"127\.0\.0\.1","request":/,
  )
  t.match(logout, /"status":403,"method":"POST","path":"\/logout"/)
})

t.test('the log names logins and refused logins, without session ids and without unknown user names', async t => {
  const ana = new Browser()
  const before = one.lines.length
  await ana.login(one)
  await client.ask(one, '/login', { json: { username: 'ana', password: 'x' } })
  await client.ask(one, '/login', { json: { username: 'my-password-in-the-wrong-field', password: 'x' } })
  const [came, refused, unknown] = one.lines.slice(before)
  t.match(came, /^info logged in \{"user":"ana","session":"[\w-]{12}","client":"127\.0\.0\.1"/)
  t.match(refused, /^warn a login was refused \{"user":"ana"/)
  t.match(unknown, /^warn a login was refused \{"user":"\(unknown\)"/)
  t.notMatch(one.lines.join(), ana.cookie?.slice(4) ?? '')
  t.notMatch(one.lines.join(), 'wrong-field')
})
