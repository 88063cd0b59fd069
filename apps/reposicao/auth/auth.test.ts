/**
 * The auth API at protocol level, with real MariaDB and Redis: the whole flow, each error, and the attacks of RFC 9700.
 */
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import t from 'tap'
import { FakeClock } from '#shared/clock.ts'
import { startBackend } from '../../../backend/testing/backend.ts'
import { Browser } from '../../../backend/testing/browser.ts'
import { startServers } from '../../../backend/testing/servers.ts'
import { until } from '../../../test/testing/until.ts'
import { SignIn } from '../testing/sign-in.ts'
import { AUDIENCE, ISSUER, REDIRECT_URI } from '../token-contract.ts'
import { auth } from './auth.ts'
import { GENERATION_MS } from './rules/key-schedule.ts'

const clock = new FakeClock(Date.UTC(2026, 0, 1, 12))
const servers = await startServers(t)
/** Databases are probed by the clock of the server: a test that moves it must not wait for the next probe. */
const server = await startBackend(t, 1, { application: auth, clock })
await until('the auth API is ready', async () => {
  clock.advance(250)
  return (await new Browser().ask(server, '/healthz')).status === 200
})

const signIn = async (username: 'ana' | 'bruno' = 'bruno') => {
  const person = new SignIn(server)
  await person.login(username)
  return person
}
const target = (location: unknown) => new URL(String(location), server.url)

t.test('the whole flow: login, code, access token, refresh', async t => {
  const person = new SignIn(server)
  const first = await person.authorize()
  t.equal(first.status, 302, 'without a session')
  const { pathname, search } = target(first.headers.location)
  t.equal(pathname, '/auth/login')

  const form = await person.browser.ask(server, `${pathname}${search}`, { headers: { accept: 'text/html' } })
  t.match(form.text, /<form action="\/auth\/login\?response_type=code&amp;client_id=reposicao/)
  const wrong = { username: 'bruno', password: 'errada' }
  const again = await person.browser.ask(server, `/auth/login${search}`, {
    form: wrong,
    headers: { accept: 'text/html' },
  })
  t.match([again.status, again.text], [401, /role="alert".*<form action="\/auth\/login\?response_type=code/s])
  const right = { username: 'bruno', password: 'bruno-no-laboratorio' }
  const back = await person.browser.ask(server, `/auth/login${search}`, { form: right })
  t.strictSame([back.status, back.headers.location], [303, `/auth/authorize${search}`], 'and back')

  const answer = await person.browser.ask(server, `/auth/authorize${search}`)
  const { origin, searchParams } = target(answer.headers.location)
  t.strictSame([answer.status, `${origin}/`], [302, REDIRECT_URI])
  t.match(answer.headers, { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
  t.match(Object.fromEntries(searchParams), { state: 'estado-1', iss: ISSUER, code: /^[\w-]{43}$/ })

  const redeemed = await person.redeem(searchParams.get('code') ?? '')
  t.match(redeemed.headers, { 'content-type': 'application/json', 'cache-control': 'no-store', pragma: 'no-cache' })
  t.match(redeemed.json, { token_type: 'Bearer', expires_in: 300, scope: 'tickets', refresh_token: /^[\w-]{43}$/ })

  const keys = createRemoteJWKSet(new URL(`${server.url}/auth/jwks`))
  const rules = { issuer: ISSUER, audience: AUDIENCE, typ: 'at+jwt', currentDate: new Date(clock.epoch()) }
  const { payload } = await jwtVerify(redeemed.json.access_token, keys, rules)
  t.match(payload, {
    sub: '2',
    preferred_username: 'bruno',
    client_id: 'reposicao',
    scope: 'tickets',
    roles: ['aluno'],
  })
  t.equal(Number(payload.exp) - Number(payload.iat), 300)
  t.ok(payload.jti)

  const next = await person.refresh(redeemed.json.refresh_token)
  t.equal(next.status, 200)
  t.not(next.json.refresh_token, redeemed.json.refresh_token, 'it rotates')
})

t.test('authorize: only the registered address gets a code or an error (open redirectors, RFC 9700 §4.11)', async t => {
  const person = await signIn()
  for (const redirect_uri of [
    'http://evil.example/',
    'http://reposicao.meutrabalho.com.br.evil.example/',
    'http://reposicao.meutrabalho.com.br/../',
    'http://reposicao.meutrabalho.com.br/%2e%2e/',
    'http://reposicao.meutrabalho.com.br',
    'http://reposicao.meutrabalho.com.br/?x=1',
    'http://reposicao.meutrabalho.com.br/#',
    'http://reposicao.meutrabalho.com.br:80/',
    'https://reposicao.meutrabalho.com.br/',
    'http://user@reposicao.meutrabalho.com.br/',
    'HTTP://REPOSICAO.meutrabalho.com.br/',
    '//evil.example/',
    '/\\evil.example',
    'javascript:alert(1)',
    'http://reposicao.meutrabalho.com.br/\r\nLocation: http://evil.example/',
  ]) {
    const { status, headers } = await person.authorize({ redirect_uri })
    t.strictSame([status, headers.location], [400, undefined], redirect_uri)
  }
  for (const replaced of [{ client_id: 'outro' }, { client_id: null }]) {
    t.match(await person.authorize(replaced), { status: 400, json: { detail: /client_id/ } })
  }
  const twice = `/auth/authorize?client_id=reposicao&redirect_uri=${REDIRECT_URI}&redirect_uri=http://evil.example/`
  t.equal((await person.browser.ask(server, twice)).status, 400)
  const after = { username: 'bruno', password: 'bruno-no-laboratorio' }
  for (const query of ['//evil.example', 'next=http://evil.example/', 'x=%0d%0aLocation:%20http://evil.example/']) {
    const { headers } = await new Browser().ask(server, `/auth/login?${query}`, { form: after })
    t.equal(target(headers.location).origin, server.url, query)
    t.equal(target(headers.location).pathname, '/auth/authorize')
  }
})

t.test('authorize: all other errors go to the client, with state and iss (RFC 6749 §4.1.2.1)', async t => {
  const person = await signIn()
  for (const [replaced, error] of [
    [{ response_type: null }, 'invalid_request'],
    [{ response_type: '' }, 'invalid_request'],
    [{ response_type: 'token' }, 'unsupported_response_type'],
    [{ response_type: 'code token' }, 'unsupported_response_type'],
    [{ scope: 'tickets admin' }, 'invalid_scope'],
    [{ code_challenge: null }, 'invalid_request'],
    [{ code_challenge: 'curto' }, 'invalid_request'],
    [{ code_challenge_method: 'plain' }, 'invalid_request'],
    [{ code_challenge_method: null }, 'invalid_request'],
  ] as const) {
    const { status, headers } = await person.authorize(replaced)
    const { origin, searchParams } = target(headers.location)
    t.strictSame([status, `${origin}/`], [302, REDIRECT_URI], JSON.stringify(replaced))
    t.match(Object.fromEntries(searchParams), { error, state: 'estado-1', iss: ISSUER, error_description: /./ })
    t.notOk(searchParams.has('code'))
  }
  const { headers } = await person.authorize({ scope: null, redirect_uri: null, unknown: 'ignored' })
  t.ok(
    target(headers.location).searchParams.get('code'),
    'scope and redirect_uri have defaults; unknown members are ignored',
  )
})

t.test('token: each error of RFC 6749 §5.2', async t => {
  const person = await signIn()
  const code = await person.code()
  const cases = [
    [{ grant_type: null }, 400, 'invalid_request'],
    [{ grant_type: 'password' }, 400, 'unsupported_grant_type'],
    [{ grant_type: 'client_credentials' }, 400, 'unsupported_grant_type'],
    [{ client_id: null }, 400, 'invalid_request'],
    [{ client_id: 'outro' }, 401, 'invalid_client'],
    [{ client_secret: 'x' }, 401, 'invalid_client'],
    [{ code: null }, 400, 'invalid_request'],
    [{ code_verifier: null }, 400, 'invalid_request'],
    [{ code_verifier: 'curto' }, 400, 'invalid_request'],
    [{ code: 'x'.repeat(43) }, 400, 'invalid_grant'],
    [{ code: '../../x' }, 400, 'invalid_grant'],
  ] as const
  for (const [replaced, status, error] of cases) {
    const answer = await person.redeem(code, replaced)
    t.match(answer, { status, json: { error, error_description: /./ }, headers: { 'cache-control': 'no-store' } })
    t.match(answer.headers['content-type'], /^application\/json/)
    t.equal(answer.headers['www-authenticate'] !== undefined, status === 401)
  }
  t.match(await person.refresh('x', { scope: 'outro' }), { status: 400, json: { error: 'invalid_scope' } })
  t.match(await person.refresh('x'), { status: 400, json: { error: 'invalid_grant' } })
  t.match(await person.refresh(''), { status: 400, json: { error: 'invalid_request' } })
  const basic = await person.post('/auth/token', 'grant_type=x', { authorization: 'Basic cmVwb3NpY2FvOng=' })
  t.match(basic, { status: 401, json: { error: 'invalid_client' }, headers: { 'www-authenticate': /^Basic / } })

  t.match(await person.post('/auth/token', 'grant_type=a&grant_type=b'), {
    status: 400,
    json: { error: 'invalid_request' },
  })
  const json = await person.browser.ask(server, '/auth/token', { json: { grant_type: 'authorization_code' } })
  t.match(json, { status: 400, json: { error: 'invalid_request' } }, 'JSON')
  const long = await person.post('/auth/token', `code=${'x'.repeat(20_000)}`)
  t.match(long, { status: 400, json: { error: 'invalid_request' }, headers: { connection: 'close' } }, 'too long')
  t.equal((await person.browser.ask(server, '/auth/token')).status, 405, 'GET')
  t.equal((await person.redeem(code)).status, 200, 'none of these has used up the code')
})

t.test(
  'a code is bound to its verifier and its redirect address, and a failed attempt uses it up (code injection)',
  async t => {
    const person = await signIn()
    for (const replaced of [
      { code_verifier: 'v'.repeat(43) },
      { redirect_uri: null },
      { redirect_uri: 'http://evil.example/' },
    ]) {
      const code = await person.code()
      t.match(await person.redeem(code, replaced), { status: 400, json: { error: 'invalid_grant' } })
      t.match(await person.redeem(code), { status: 400, json: { error: 'invalid_grant' } })
    }
    const thief = await signIn('ana')
    const stolen = await person.code()
    await thief.code()
    t.match(
      await thief.redeem(stolen),
      { status: 400, json: { error: 'invalid_grant' } },
      'injected into another browser',
    )
  },
)

t.test('a code lives for 60 seconds', async t => {
  const person = await signIn()
  const code = await person.code()
  clock.advance(60_000)
  t.match(await person.redeem(code), { status: 400, json: { error: 'invalid_grant' } })
})

t.test('a code that comes a second time ends all that was issued for it (RFC 6749 §4.1.2)', async t => {
  const person = await signIn()
  const code = await person.code()
  const both = await Promise.all([person.redeem(code), person.redeem(code)])
  t.strictSame(both.map(({ status }) => status).sort(), [200, 400], 'also when both come at the same time')
  const { refresh_token } = both.find(({ status }) => status === 200)?.json ?? {}
  t.match(await person.refresh(refresh_token), { status: 400, json: { error: 'invalid_grant' } })
})

t.test('a refresh token that comes a second time ends its family (RFC 9700 §4.14.2)', async t => {
  const person = new SignIn(server)
  const { refresh_token: stolen } = await person.tokens('bruno')
  const { refresh_token: second } = (await person.refresh(stolen)).json
  const { refresh_token: third } = (await person.refresh(second)).json
  t.match(await person.refresh(stolen), { status: 400, json: { error: 'invalid_grant' } }, 'the thief')
  t.match(await person.refresh(third), { status: 400, json: { error: 'invalid_grant' } }, 'the person, too')
})

t.test('a refresh token ends: unused for an hour, revoked, or when the user has changed', async t => {
  const person = new SignIn(server)
  const idle = await person.tokens('bruno')
  clock.advance(3_600_000)
  t.equal((await person.refresh(idle.refresh_token)).status, 400)

  const revoked = await person.tokens('bruno')
  const form = `client_id=reposicao&token=${revoked.refresh_token}`
  t.match(await person.post('/auth/revoke', form), { status: 200, text: '' })
  t.match(await person.post('/auth/revoke', form), { status: 200 }, 'again')
  t.match(await person.post('/auth/revoke', 'client_id=reposicao'), { status: 400, json: { error: 'invalid_request' } })
  t.equal((await person.refresh(revoked.refresh_token)).status, 400)

  const changed = await person.tokens('bruno')
  const www = await startBackend(t, 2)
  const ana = new Browser()
  await ana.login(www)
  await ana.ask(www, '/usuarios/2', { method: 'PATCH', json: { name: 'Bruno Lima Filho' } })
  t.equal((await person.refresh(changed.refresh_token)).status, 400)
})

t.test('the metadata names what there is, and nothing else (RFC 8414)', async t => {
  const { json, headers } = await new Browser().ask(server, '/auth/.well-known/oauth-authorization-server')
  t.equal(headers['content-type'], 'application/json')
  t.strictSame(json.response_types_supported, ['code'])
  t.strictSame(json.code_challenge_methods_supported, ['S256'])
  t.strictSame(json.grant_types_supported, ['authorization_code', 'refresh_token'])
  t.equal(json.issuer, ISSUER)
  for (const name of ['authorization_endpoint', 'token_endpoint', 'jwks_uri', 'revocation_endpoint']) {
    t.equal(new URL(json[name]).origin, new URL(REDIRECT_URI).origin, name)
  }
})

t.test(
  'keys: no private member is published; a new key is published before it signs, and the old one while its tokens live',
  async t => {
    const jwks = async () => (await new Browser().ask(server, '/auth/jwks')).json.keys as Record<string, string>[]
    const [old] = await jwks()
    t.strictSame(Object.keys(old ?? {}).sort(), ['alg', 'e', 'kid', 'kty', 'n', 'use'])
    const kidOf = async () => decodeProtectedHeader((await new SignIn(server).tokens('ana')).access_token).kid
    t.equal(await kidOf(), old?.kid)

    clock.advance(GENERATION_MS - (clock.epoch() % GENERATION_MS) - 60_000)
    t.equal(await kidOf(), old?.kid, 'a minute before its end the key still signs')
    const both = await jwks()
    t.equal(both.length, 2, 'and the next one is published')

    const restarted = await startBackend(t, 3, { application: auth, clock })
    for (let i = 0; i < 50 && (await new Browser().ask(restarted, '/healthz')).status !== 200; i++) clock.advance(250)
    t.strictSame(
      (await new Browser().ask(restarted, '/auth/jwks')).json.keys,
      both,
      'another process has the same keys',
    )

    clock.advance(120_000)
    t.equal(await kidOf(), both[1]?.kid)
    t.equal((await jwks()).length, 2, 'tokens of the old key are still valid')
    clock.advance(600_000)
    t.strictSame(
      (await jwks()).map(({ kid }) => kid),
      [both[1]?.kid],
    )
  },
)

t.test('while MySQL is down, the keys are still published, and tokens get 503', async t => {
  const person = await signIn()
  const code = await person.code()
  await servers.mysql?.kill()
  t.equal((await new Browser().ask(server, '/auth/jwks')).status, 200)
  t.equal((await person.redeem(code)).status, 503)
})
