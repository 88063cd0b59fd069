/**
 * Access tokens at the tickets API: a real key, a real HTTP server for the key set, and every token that must be refused.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import t from 'tap'
import { FakeClock } from '#shared/clock.ts'
import type { Refusal } from '../../../backend/refusal.ts'
import { AUDIENCE, ISSUER, TOKEN_TYPE } from '../token-contract.ts'
import { Bearer } from './bearer.ts'
import { JwksCache } from './jwks-cache.ts'
import { FRESH_MS, PAUSE_MS } from './rules/jwks-refresh.ts'

const clock = new FakeClock()
const now = () => Math.floor(clock.epoch() / 1000)
const published: object[] = []
let fetches = 0
let answer: 'keys' | 'error' | 'garbage' = 'keys'
const server = createServer((request, response) => {
  fetches++
  if (request.url !== '/auth/jwks') throw new Error(`only one address is asked, not ${request.url}`)
  if (answer === 'error') response.writeHead(503)
  response.end(answer === 'garbage' ? 'no JSON' : JSON.stringify({ keys: published }))
}).listen(0, '127.0.0.1')
await once(server, 'listening')
t.teardown(() => server.close().closeAllConnections())
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/auth/jwks`

async function newKey(kid: string) {
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  return { kid, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' } }
}
const key = await newKey('one')
published.push(key.publicJwk)

const claims = (replaced: JWTPayload = {}): JWTPayload => ({
  iss: ISSUER,
  aud: AUDIENCE,
  sub: '2',
  iat: now(),
  exp: now() + 300,
  jti: 'x',
  client_id: 'reposicao',
  scope: 'tickets',
  preferred_username: 'bruno',
  roles: ['aluno'],
  ...replaced,
})
const sign = (payload: JWTPayload, header: object = {}, { kid, privateKey } = key) =>
  new SignJWT(payload).setProtectedHeader({ alg: 'RS256', typ: TOKEN_TYPE, kid, ...header }).sign(privateKey)
/** What a refused request gets. */
const refused = async (bearer: Bearer, authorization: string | undefined) => {
  const refusal: Refusal = await bearer.authenticate(authorization).then(
    user => t.fail(`${user.username} was accepted`),
    error => error,
  )
  const { status, members, headers } = refusal
  return { status, error: members.error, challenge: headers[1] }
}
const fresh = () => new Bearer(new JwksCache(url, clock), clock)

t.test('authenticate() accepts a token of the auth API, and returns its person', async t => {
  const bearer = fresh()
  t.strictSame(await bearer.authenticate(`Bearer ${await sign(claims())}`), { id: 2, username: 'bruno', role: 'setor' })
  const ana = await sign(claims({ sub: '1', preferred_username: 'ana', roles: ['admin'] }))
  t.strictSame(await bearer.authenticate(`bearer  ${ana}`), { id: 1, username: 'ana', role: 'farmacia' })
})

t.test('authenticate() refuses a token after its end, also one that was accepted before', async t => {
  const bearer = fresh()
  const field = `Bearer ${await sign(claims())}`
  t.match(await bearer.authenticate(field), { id: 2 })
  t.match(await bearer.authenticate(field), { id: 2 })
  clock.advance(310_000)
  t.match(await refused(bearer, field), { status: 401, error: 'invalid_token' })
})

t.test('authenticate() refuses without an error code when nothing was sent (RFC 6750 §3.1)', async t => {
  t.match(await refused(fresh(), undefined), {
    status: 401,
    error: undefined,
    challenge: 'Bearer realm="reposicao"',
  })
})

t.test('authenticate() refuses what is not a Bearer token: 400 invalid_request', async t => {
  for (const field of ['', 'Bearer', 'Bearer ', 'Bearer a b', 'Basic YTpi', 'Bearer ä', `Bearer ${'x'.repeat(5000)}`]) {
    t.match(await refused(fresh(), field), { status: 400, error: 'invalid_request' }, field.slice(0, 20))
  }
})

t.test('authenticate() refuses forged, expired and foreign tokens: 401 invalid_token (RFC 8725 §2, §3)', async t => {
  const bearer = fresh()
  const other = await newKey('one')
  const good = await sign(claims())
  const [head = '', body = '', signature = ''] = good.split('.')
  const decoded = JSON.parse(Buffer.from(body, 'base64url').toString())
  const stronger = Buffer.from(JSON.stringify({ ...decoded, roles: ['admin'] })).toString('base64url')
  const rsaAsHmac = new TextEncoder().encode(JSON.stringify(key.publicJwk))
  const hmac = new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', typ: TOKEN_TYPE, kid: 'one' }).sign(rsaAsHmac)
  const { exp: _, ...endless } = claims()
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const none = `${encode({ alg: 'none', typ: TOKEN_TYPE, kid: 'one' })}.${body}.`
  const tokens: Record<string, string> = {
    'alg: none': new UnsecuredJWT(claims()).encode(),
    'alg: none with typ and kid': none,
    'alg: nOnE': `${encode({ alg: 'nOnE', typ: TOKEN_TYPE, kid: 'one' })}.${body}.`,
    'HS256 with the public key as the secret': await hmac,
    'signature of another key with the same kid': await sign(claims(), {}, other),
    'changed payload': `${head}.${stronger}.${signature}`,
    'without a signature': `${head}.${body}.`,
    'not a JWT': 'a.b.c',
    'one part': 'abc',
    expired: await sign(claims({ iat: now() - 400, exp: now() - 10 })),
    'not valid yet': await sign(claims({ nbf: now() + 60 })),
    'without exp': await sign(endless),
    'another issuer': await sign(claims({ iss: 'http://evil.example/auth' })),
    'another audience': await sign(claims({ aud: 'http://ingressos.meutrabalho.com.br/' })),
    'an ID token (typ JWT)': await sign(claims(), { typ: 'JWT' }),
    'without typ': await sign(claims(), { typ: undefined }),
    'a sub that is not a number': await sign(claims({ sub: '2 OR 1=1' })),
    'another client': await sign(claims({ client_id: 'outro' })),
    'roles that are not a list': await sign(claims({ roles: 'admin' })),
    'an unknown critical member': await sign(claims(), { crit: ['x'], x: 1 }).catch(
      () => `${encode({ alg: 'RS256', typ: TOKEN_TYPE, kid: 'one', crit: ['x'], x: 1 })}.${body}.${signature}`,
    ),
  }
  for (const [name, token] of Object.entries(tokens)) {
    t.match(await refused(bearer, `Bearer ${token}`), { status: 401, error: 'invalid_token' }, name)
  }
  t.match(await refused(bearer, `Bearer ${await sign(claims({ exp: now() - 10 }))}`), {
    challenge: /error="invalid_token", error_description="the access token has expired"$/,
  })
})

t.test('a kid or jku from a token is never an address or a file (RFC 8725 §3.10)', async t => {
  const bearer = fresh()
  for (const header of [
    { kid: '../../../../etc/passwd' },
    { kid: 'http://evil.example/keys' },
    { kid: "x' OR '1'='1" },
    { kid: '' },
    { jku: 'http://127.0.0.1:1/keys', kid: 'other' },
    { x5u: 'http://127.0.0.1:1/cert', kid: 'other' },
    { jwk: key.publicJwk, kid: 'other' },
  ]) {
    const token = await sign(claims(), header)
    t.match(
      await refused(bearer, `Bearer ${token}`),
      { status: 401, error: 'invalid_token' },
      JSON.stringify(header).slice(0, 50),
    )
  }
})

t.test('a token with too little scope: 403 insufficient_scope', async t => {
  const token = await sign(claims({ scope: 'leitura' }))
  t.match(await refused(fresh(), `Bearer ${token}`), {
    status: 403,
    challenge: /error="insufficient_scope".*scope="tickets"$/,
  })
})

t.test('keys are fetched once, again for an unknown kid, and not more often than once a second', async t => {
  const bearer = fresh()
  fetches = 0
  const good = await sign(claims())
  await Promise.all(Array.from({ length: 20 }, () => bearer.authenticate(`Bearer ${good}`)))
  t.equal(fetches, 1, 'twenty requests at the same time')

  clock.advance(PAUSE_MS)
  const next = await newKey('two')
  published.push(next.publicJwk)
  t.match(await bearer.authenticate(`Bearer ${await sign(claims(), {}, next)}`), { id: 2 }, 'a new key')
  t.equal(fetches, 2)
  for (let i = 0; i < 50; i++) {
    t.match(await refused(bearer, `Bearer ${await sign(claims(), { kid: `invented-${i}` })}`), { status: 401 })
  }
  t.equal(fetches, 2, 'invented kids cause no requests')
})

t.test('while the auth API is down, the keys that are known stay in use; without any, 503', async t => {
  const cache = new JwksCache(url, clock)
  const bearer = new Bearer(cache, clock)
  await cache.probe()
  for (const failure of ['error', 'garbage'] as const) {
    answer = failure
    clock.advance(FRESH_MS)
    await t.rejects(cache.probe(), failure)
    t.match(await bearer.authenticate(`Bearer ${await sign(claims())}`), { id: 2 })
    t.match(await refused(fresh(), `Bearer ${await sign(claims())}`), { status: 503 })
  }
})
