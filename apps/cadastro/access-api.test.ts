/**
 * Every route of `cadastro.meutrabalho.com.br` at the level of HTTP, with real MariaDB and Redis.
 */
import t from 'tap'
import { FakeClock } from '#shared/clock.ts'
import { undocumented } from '../../backend/openapi/document.ts'
import { Browser } from '../../backend/testing/browser.ts'
import { backgroundTrace } from '../../backend/trace.ts'
import { until } from '../../test/testing/until.ts'
import { Pending } from './pending.ts'
import { reconcile, review } from './review.ts'
import { person, signUp, startCadastro, untilState } from './testing/cadastro.ts'

const { one, two, www, toolkit, ana } = await startCadastro(t)
const { mysql, redis } = toolkit
const trace = backgroundTrace()

/** Everything that is in MySQL and in Redis, as one text. */
async function everything(): Promise<string> {
  const sql = 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()'
  const tables = await mysql.rows<{ name: string }>(trace, sql)
  const rows = await Promise.all(tables.map(({ name }) => mysql.rows(trace, `SELECT * FROM ${name}`)))
  const keys = (await redis.run(trace, 'KEYS', '*')) as string[]
  const dumps = await Promise.all(
    keys.map(async key => {
      const type = await redis.run(trace, 'TYPE', key)
      if (type === 'hash') return redis.run(trace, 'HGETALL', key)
      if (type === 'zset') return redis.run(trace, 'ZRANGE', key, 0, -1)
      if (type === 'stream') return redis.run(trace, 'XRANGE', key, '-', '+')
      return type === 'string' ? redis.run(trace, 'GET', key) : ''
    }),
  )
  return JSON.stringify([rows, keys, dumps])
}

/** A sign-up that is in review. */
async function inReview(change: Readonly<Record<string, unknown>> = {}) {
  const who = person(change)
  const { json } = await signUp(one, who)
  await untilState(one, json.id, 'em-analise')
  return { ...who, id: json.id as string }
}
const decide = (id: string, what: 'aprovacao' | 'recusa', server = one, browser = ana) =>
  browser.ask(server, `/cadastros/${id}/${what}`, { method: 'POST' })

t.test('from the sign-up to the login on www', async t => {
  const who = person({ nome: 'Conceição Évora' })
  const accepted = await signUp(one, who)
  const { id } = accepted.json
  t.match(accepted, { status: 202, json: { estado: 'recebido' }, headers: { location: `/cadastros/${id}` } })
  await untilState(two, id, 'em-analise')

  const list = await ana.ask(one, '/cadastros?estado=em-analise')
  t.match(
    list.json.cadastros.find((entry: { id: string }) => entry.id === id),
    { estado: 'em-analise', username: who.username, nome: who.nome, email: who.email },
  )
  for (const words of ['conceicao', 'Évora', 'conce', who.email]) {
    const found = await ana.ask(two, `/cadastros?${new URLSearchParams({ busca: words })}`)
    t.ok(
      found.json.cadastros.some((entry: { id: string }) => entry.id === id),
      `found by ${words}`,
    )
  }

  const browser = new Browser()
  const login = () => browser.ask(www, '/login', { json: { username: who.username, password: who.password } })
  t.equal((await login()).status, 401, 'before the approval')
  const approved = await decide(id, 'aprovacao')
  t.match(approved, { status: 200, json: { id, estado: 'aprovado' } })
  t.strictSame(
    approved.json.historico.map(({ estado, por }: { estado: string; por: string }) => `${estado} ${por}`),
    ['recebido backend1', 'em-analise backend3', 'aprovado ana'],
  )
  t.equal((await login()).status, 200, 'after the approval')
  const after = await ana.ask(one, '/cadastros?estado=em-analise')
  t.notOk(after.json.cadastros.some((entry: { id: string }) => entry.id === id))
  t.notMatch((await new Browser().ask(one, `/cadastros/${id}`)).text, who.username, 'the state has no personal data')
})

t.test('the password is in no table and no queue; its hash is in no queue and not in Redis', async t => {
  const who = await inReview()
  t.notMatch(await everything(), who.password)
  const [row] = await mysql.rows<{ password: string }>(trace, 'SELECT password FROM cadastro_signups WHERE id = ?', [
    who.id,
  ])
  t.match(row?.password, /^\$argon2id\$/)
  const keys = (await redis.run(trace, 'KEYS', '*')) as string[]
  t.ok(keys.some(key => key.startsWith('queue:')))
  t.equal((await everything()).split(row?.password ?? '').length, 2, 'once in all: in its row')
})

t.test('after a refusal nothing of the person is left, in MySQL and in Redis', async t => {
  const who = await inReview({ nome: 'Zulmira Quitéria' })
  t.match(await everything(), /Zulmira Quitéria/)
  t.match(await decide(who.id, 'recusa'), { status: 200, json: { estado: 'recusado' } })
  const left = await everything()
  for (const text of ['Zulmira', who.username, who.email]) t.notMatch(left, text, text)
  t.equal((await signUp(two, { ...who, id: undefined })).status, 202, 'the name is free again')
})

t.test('bad input: 400 or 422, and the field is named', async t => {
  const good = person()
  const long = 'x'.repeat(300)
  const bad: [field: string, change: Record<string, unknown>, status?: number][] = [
    ...['username', 'nome', 'email', 'password'].flatMap((field): [string, Record<string, unknown>][] => [
      [field, { [field]: undefined }],
      [field, { [field]: '' }],
      [field, { [field]: 5 }],
      [field, { [field]: null }],
      [field, { [field]: [good.email] }],
      [field, { [field]: long.repeat(2) }],
    ]),
    ['username', { username: 'Ana Souza' }],
    ['username', { username: "x' OR 1=1 --" }],
    ['nome', { nome: 'two\nlines' }],
    ['nome', { nome: ' spaces ' }],
    ['email', { email: 'no-at-sign' }],
    ['email', { email: 'a@b' }],
    ['email', { email: 'a@example..com' }],
    ['email', { email: 'ação@example.com' }],
    ['email', { email: `${'x'.repeat(65)}@example.com` }],
    ['email', { email: `a@${'x.'.repeat(3_000)}` }],
    ['role', { role: 'admin' }],
    ['estado', { estado: 'aprovado' }],
    ['password', { password: 'senha123' }, 422],
    ['password', { password: 'curta' }, 422],
    ['password', { password: good.username }, 422],
  ]
  for (const [field, change, status = 400] of bad) {
    const response = await signUp(one, { ...good, ...change })
    const named = JSON.stringify(response.json?.errors ?? response.json?.field)
    t.match([response.status, named.includes(field)], [status, true], JSON.stringify(change).slice(0, 60))
    t.equal(response.headers['content-type'], 'application/problem+json')
  }
  t.equal((await signUp(one, good)).status, 202, 'the good one is accepted')
})

t.test('bodies that are not JSON, and other sites', async t => {
  const browser = new Browser()
  const ask = (body: string, headers: Record<string, string>) =>
    browser.ask(one, '/cadastros', { method: 'POST', body, headers })
  const type = 'application/json'
  const text = JSON.stringify(person())
  t.equal((await ask('username=x', { 'content-type': 'application/x-www-form-urlencoded' })).status, 415)
  t.equal((await ask(text, { 'content-type': 'text/plain' })).status, 415)
  t.equal((await ask(text.slice(1), { 'content-type': type })).status, 400)
  t.equal((await ask('', { 'content-type': type })).status, 400)
  t.equal((await ask('[]', { 'content-type': type })).status, 400)
  t.equal((await ask(`"${'x'.repeat(20_000)}"`, { 'content-type': type })).status, 413)
  t.equal((await ask(text, { 'content-type': type, 'sec-fetch-site': 'cross-site' })).status, 403)
  t.equal((await browser.ask(one, '/cadastros', { method: 'PUT' })).status, 405)
})

t.test('a name and an e-mail address belong to one: also at the same moment, on two servers', async t => {
  for (const field of ['username', 'email'] as const) {
    const same = person()[field]
    const rivals = Array.from({ length: 8 }, (_, n) => signUp(n % 2 ? one : two, person({ [field]: same })))
    const responses = await Promise.all(rivals)
    // On a busy machine a password may not be hashed in time (503): then nothing was done.
    const decided = responses.filter(({ status }) => status !== 503)
    t.equal(decided.filter(({ status }) => status === 202).length, 1, field)
    for (const { status, json } of decided.filter(({ status }) => status !== 202))
      t.match({ status, json }, { status: 409, json: { field } })
  }
  const upper = person()
  t.equal((await signUp(one, upper)).status, 202)
  t.match(await signUp(two, person({ email: upper.email.toUpperCase() })), { status: 409, json: { field: 'email' } })
  t.match(await signUp(one, person({ username: 'ana' })), { status: 409, json: { field: 'username' } }, 'a user')
  const who = await inReview()
  await decide(who.id, 'aprovacao')
  t.match(await signUp(two, person({ username: who.username })), { status: 409, json: { field: 'username' } })
  t.match(await signUp(two, person({ email: who.email })), { status: 409, json: { field: 'email' } })
})

t.test('the e-mail address is free again when its user is removed', async t => {
  const who = await inReview()
  await decide(who.id, 'aprovacao')
  const [user] = await mysql.rows<{ id: number }>(trace, 'SELECT id FROM users WHERE username = ?', [who.username])
  const admin = new Browser()
  await admin.login(www)
  t.equal((await admin.ask(www, `/usuarios/${user?.id}`, { method: 'DELETE' })).status, 204)
  t.notMatch((await ana.ask(one, `/cadastros?busca=${who.email}`)).text, who.id, 'not in the index any more')
  t.equal((await signUp(one, person({ email: who.email, username: who.username }))).status, 202)
})

t.test(
  'deciding again is harmless, the opposite is refused; of two decisions at the same moment one is made',
  async t => {
    const who = await inReview()
    t.equal((await decide(who.id, 'aprovacao')).status, 200)
    t.match(await decide(who.id, 'aprovacao', two), { status: 200, json: { estado: 'aprovado' } })
    t.match(await decide(who.id, 'recusa'), { status: 409, json: { detail: /aprovado already/ } })
    const refused = await inReview()
    t.equal((await decide(refused.id, 'recusa')).status, 200)
    t.equal((await decide(refused.id, 'recusa')).status, 200)
    t.equal((await decide(refused.id, 'aprovacao')).status, 409)

    const rival = await inReview()
    const both = await Promise.all([decide(rival.id, 'aprovacao', one), decide(rival.id, 'recusa', two)])
    t.strictSame(both.map(({ status }) => status).sort(), [200, 409])
    const { json } = await ana.ask(one, `/cadastros/${rival.id}`)
    const users = await mysql.rows(trace, 'SELECT id FROM users WHERE username = ?', [rival.username])
    t.equal(users.length, json.estado === 'aprovado' ? 1 : 0)
    t.equal(json.historico.length, 3)
  },
)

t.test('an approval after the name was taken by POST /usuarios is 409, and can be refused then', async t => {
  const who = await inReview()
  const admin = new Browser()
  await admin.login(www)
  const user = { username: who.username, name: 'Outra Pessoa', password: 'tijolo-janela-nuvem' }
  t.equal((await admin.ask(www, '/usuarios', { json: user })).status, 201)
  t.match(await decide(who.id, 'aprovacao'), { status: 409, json: { field: 'username' } })
  t.match((await ana.ask(one, `/cadastros/${who.id}`)).json, { estado: 'em-analise' })
  t.equal((await decide(who.id, 'recusa')).status, 200)
})

t.test('only admins list, search, decide and see queues', async t => {
  const { id } = await inReview()
  const bruno = new Browser()
  await bruno.login(one, 'bruno')
  const routes: [path: string, method?: 'POST'][] = [
    ['/cadastros?estado=em-analise'],
    ['/cadastros?busca=pessoa'],
    ['/filas'],
    [`/cadastros/${id}/aprovacao`, 'POST'],
    [`/cadastros/${id}/recusa`, 'POST'],
    ['/filas/mortas/x/reenvio', 'POST'],
  ]
  for (const [path, method = 'GET'] of routes) {
    t.equal((await new Browser().ask(one, path, { method })).status, 401, path)
    t.equal((await bruno.ask(one, path, { method })).status, 403, path)
  }
  t.match((await bruno.ask(one, `/cadastros/${id}`)).json, { estado: 'em-analise' }, 'the state needs only the id')
})

t.test('queries and ids that are wrong', async t => {
  const unknown = '8c1f6f0e-0000-4000-8000-000000000000'
  for (const query of [
    '',
    '?estado=aprovado',
    '?busca=',
    '?busca=da',
    '?busca=%40%40',
    '?estado=em-analise&busca=ana',
    '?x=1',
  ]) {
    t.equal((await ana.ask(one, `/cadastros${query}`)).status, 400, query)
  }
  t.equal((await ana.ask(one, '/cadastros?busca=12345')).status, 200, 'digits are words')
  for (const path of [
    '/cadastros/1',
    `/cadastros/${unknown}`,
    '/cadastros/..%2f',
    `/cadastros/${unknown.toUpperCase()}`,
  ]) {
    t.equal((await ana.ask(one, path)).status, 404, path)
  }
  t.equal((await decide(unknown, 'aprovacao')).status, 404)
})

t.test('dead letters are listed with their reason, and sent again', async t => {
  await redis.run(trace, 'XADD', 'queue:cadastros:0', '*', 'message', '{"version":99}')
  const letterIn = async () => {
    const { json } = await ana.ask(one, '/filas')
    return json.mortas.find(({ fila }: { fila: string }) => fila === 'cadastros')
  }
  await until('it is among the dead letters', async () => (await letterIn()) !== undefined)
  const letter = await letterIn()
  t.match(letter, { grupo: 'orquestrador', motivo: /version 99 is unknown/, tentativas: 0, tipo: null })
  const resend = () => ana.ask(two, `/filas/mortas/${letter.id}/reenvio`, { method: 'POST' })
  t.match(await resend(), { status: 202, json: { id: letter.id } })
  await until('it is dead again, at another place', async () => {
    const again = await letterIn()
    return again !== undefined && again.id !== letter.id
  })
  t.equal((await resend()).status, 404, 'the first one is not in the list any more')
  const { json } = await ana.ask(one, '/filas')
  t.match(json, { broker: 'redis', saida: Number, filas: [{ fila: 'cadastros' }, { fila: 'analise' }] })
  t.match(json.filas[0].grupos, [{ grupo: 'orquestrador', atraso: 0, pendentes: 0, consumidores: ['backend3'] }])
})

t.test('the list in Redis is made again from MySQL: Redis was emptied, or has an entry too many', async t => {
  const { id } = await inReview()
  const decided = await inReview()
  await decide(decided.id, 'recusa')
  const pending = new Pending(redis)
  await pending.remove(trace, id)
  await pending.add(trace, { ...decided, name: decided.nome, at: 1 })
  await reconcile(toolkit, pending)
  const ids = await pending.ids(trace)
  t.ok(ids.includes(id))
  t.notOk(ids.includes(decided.id))
})

t.test('review: a comparison in progress is completed when the program stops, and no further one follows', async t => {
  const clock = new FakeClock()
  const { config } = toolkit
  const who = { ...config.who, host: { ...config.who.host, name: 'outro' } }
  const stopping = review({ ...toolkit, clock, config: { ...config, who } })
  clock.advance(2_000) // the first comparison begins
  await stopping.close?.()
  t.strictSame(clock.pending, [])
})

t.test('every route is described in /openapi.json', async t => {
  t.strictSame(undocumented(one.routes, one.operations), [])
})
