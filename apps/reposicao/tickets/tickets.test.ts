/**
 * The tickets API and the gravador, with real MariaDB and Redis: from the 202 to the row, reads at each moment, changes, notices, bad input.
 */

import t from 'tap'
import { Agent, request } from 'undici'
import { startServers } from '../../../backend/testing/servers.ts'
import { Trace } from '../../../backend/trace.ts'
import { until } from '../../../test/testing/until.ts'
import { ORDER, startReposicao, type TicketClient } from '../testing/reposicao.ts'

const servers = await startServers(t)
const app = await startReposicao(t)
const [ana, bruno] = await Promise.all([app.person('ana'), app.person('bruno')])
const absent = '00000000-0000-0000-0000-000000000000'

t.test('a ticket can be read at once after the 202, while nothing has written it', async t => {
  const { status, json, headers } = await bruno.ask('/tickets', { json: ORDER })
  t.match([status, json.estado, headers.location], [202, 'na-fila', `/tickets/${json.id}`])
  const queued = await bruno.ask(`/tickets/${json.id}`)
  t.match(queued, { status: 200, json: { ...ORDER, estado: 'na-fila', solicitante: { username: 'bruno' } } })
  t.match(queued.headers, { etag: '"0"', 'cache-status': 'redis; hit' })
  t.strictSame(
    (await bruno.ask('/tickets?estado=na-fila')).json.tickets.map((ticket: { id: string }) => ticket.id),
    [json.id],
  )
  t.equal((await bruno.ask('/tickets')).json.tickets.length, 1)
  const patch = { method: 'PATCH', json: { estado: 'cancelado' }, headers: { 'if-match': '"0"' } }
  t.match(await bruno.ask(`/tickets/${json.id}`, patch), { status: 409, headers: { 'retry-after': '1' } })
})

const file = t
t.test('the gravador writes it; then it is aberto, and cached', async t => {
  // It runs until the end of the file.
  await app.startRecorder(file)
  const [{ id }] = (await bruno.ask('/tickets')).json.tickets
  const written = await bruno.until(id, 'aberto')
  t.match(written.headers, { etag: '"1"', 'cache-status': 'redis; hit' })
  t.match(written.json.historico, [{ estado: 'na-fila' }, { estado: 'aberto', por: 'gravador' }])
  t.strictSame((await bruno.ask('/tickets?estado=na-fila')).json.tickets, [])
  t.match((await bruno.ask('/tickets?estado=aberto')).json.tickets, [{ id, estado: 'aberto' }])
  t.equal((await bruno.ask(`/tickets/${id}`, { headers: { 'if-none-match': '"1"' } })).status, 304)
})

t.test('cache-aside: what Redis does not have is read from MySQL and stored', async t => {
  const id = await bruno.order()
  await bruno.until(id, 'aberto')
  await app.forget(id)
  t.equal((await bruno.ask(`/tickets/${id}`)).headers['cache-status'], 'redis; fwd=uri-miss; stored')
  t.equal((await bruno.ask(`/tickets/${id}`)).headers['cache-status'], 'redis; hit')
  t.match(await bruno.ask(`/tickets/${absent}`), { status: 404, headers: { 'cache-status': 'redis; fwd=uri-miss' } })
})

t.test('a ward sees its own tickets, the pharmacy sees all', async t => {
  const [own, other] = [await bruno.order(), await ana.order()]
  await Promise.all([bruno.until(own, 'aberto'), ana.until(other, 'aberto')])
  t.equal((await ana.ask(`/tickets/${own}`)).status, 200)
  t.equal((await bruno.ask(`/tickets/${other}`)).status, 404, 'not even that it exists')
  const people = (await bruno.ask('/tickets')).json.tickets.map(
    (ticket: { solicitante: { username: string } }) => ticket.solicitante.username,
  )
  t.strictSame([...new Set(people)], ['bruno'])
  t.match((await ana.ask('/tickets?limite=1')).json, {
    tickets: [{ id: other }],
    proxima: /^\/tickets\?limite=1&antes=\d+$/,
  })
  const { proxima } = (await ana.ask('/tickets?limite=1')).json
  t.match((await ana.ask(proxima)).json.tickets, [{ id: own }], 'the next page')
  t.equal((await bruno.ask(`/tickets/${other}`, change('cancelado', '"1"'))).status, 404)
  t.equal((await bruno.ask(`/tickets/${other}`, { method: 'DELETE' })).status, 404)
})

const change = (estado: string, tag?: string) => ({
  method: 'PATCH',
  json: { estado },
  ...(tag === undefined ? {} : { headers: { 'if-match': tag } }),
})

t.test('PATCH: preconditions, the table of steps, and the permissions', async t => {
  const id = await bruno.order()
  await bruno.until(id, 'aberto')
  const path = `/tickets/${id}`
  t.equal((await ana.ask(path, change('em-separacao'))).status, 428)
  t.equal((await ana.ask(path, change('em-separacao', '"9"'))).status, 412)
  t.equal((await ana.ask(path, change('em-separacao', 'W/"1"'))).status, 412, 'a weak tag')
  t.equal((await bruno.ask(path, change('em-separacao', '"1"'))).status, 403, 'a ward')
  t.match(await ana.ask(path, change('entregue', '"1"')), { status: 409, json: { detail: /possible: em-separacao/ } })
  t.match(await ana.ask(path, change('em-separacao', '"1"')), { status: 200, headers: { etag: '"2"' } })
  t.match(
    await bruno.ask(path),
    { json: { estado: 'em-separacao' }, headers: { etag: '"2"', 'cache-status': 'redis; hit' } },
    'at once',
  )
  t.equal((await ana.ask(path, change('entregue', '"1"'))).status, 412, 'a second person with the old version')
  t.equal((await ana.ask(path, { method: 'DELETE' })).status, 409, 'DELETE only while it is aberto')
  t.equal((await ana.ask(path, change('entregue', '*'))).status, 200)
  t.equal((await ana.ask(path, change('cancelado', '"3"'))).status, 409, 'a final state')
  t.equal((await ana.ask(`/tickets/${absent}`, change('cancelado', '"1"'))).status, 404)
})

t.test('DELETE while it is aberto; afterwards it is gone, also for the pharmacy', async t => {
  const id = await bruno.order()
  await bruno.until(id, 'aberto')
  t.equal((await bruno.ask(`/tickets/${id}`, { method: 'DELETE', headers: { 'if-match': '"7"' } })).status, 412)
  t.equal((await bruno.ask(`/tickets/${id}`, { method: 'DELETE' })).status, 204)
  for (const person of [ana, bruno]) t.equal((await person.ask(`/tickets/${id}`)).status, 404)
  t.notOk((await ana.ask('/tickets?limite=200')).json.tickets.some((ticket: { id: string }) => ticket.id === id))
})

/** Reads a stream of events until it has so many events of tickets. */
async function events(
  person: TicketClient,
  count: number,
  { path = '/tickets/avisos', last = '', begun = () => {} } = {},
) {
  const dispatcher = new Agent()
  const { body, statusCode, headers } = await request(`${app.tickets.url}${path}`, {
    dispatcher,
    headers: { authorization: `Bearer ${person.tokens.access_token}`, 'last-event-id': last },
  })
  t.match([statusCode, headers['content-type']], [200, 'text/event-stream'])
  let text = ''
  for await (const chunk of body) {
    if (text === '') begun()
    text += chunk
    if (text.split('event: ticket').length > count) break
  }
  await dispatcher.destroy()
  return [...text.matchAll(/id: (\S+)\nevent: ticket\ndata: (.*)\n\n/g)].map(([, eventId = '', data = '']) => ({
    eventId,
    ...JSON.parse(data),
  }))
}

/** Opens a stream and leaves it open. */
async function openStream(person: TicketClient) {
  const dispatcher = new Agent()
  const headers = { authorization: `Bearer ${person.tokens.access_token}` }
  const { statusCode: status } = await request(`${app.tickets.url}/tickets/avisos`, { dispatcher, headers })
  return { status, close: () => dispatcher.destroy() }
}

t.test('notices: changes of one’s own tickets, resumed by Last-Event-ID', async t => {
  const begun = Promise.withResolvers<void>()
  const watched = events(bruno, 2, { begun: begun.resolve })
  await begun.promise
  await ana.until(await ana.order(), 'aberto')
  const id = await bruno.order()
  await bruno.until(id, 'aberto')
  await ana.ask(`/tickets/${id}`, change('em-separacao', '"1"'))
  const seen = await watched
  t.match(
    seen.map(({ eventId: _, ...notice }) => notice),
    [
      { estado: 'aberto', versao: 1 },
      { estado: 'em-separacao', versao: 2 },
    ],
  )
  t.ok(
    seen.every(notice => notice.item === ORDER.item),
    'nothing about the ticket of ana',
  )

  await ana.ask(`/tickets/${id}`, change('entregue', '"2"'))
  t.match(
    await events(bruno, 2, { last: seen[0]?.eventId ?? '' }),
    [{ estado: 'em-separacao' }, { estado: 'entregue' }],
    'after the first one',
  )
  t.equal((await bruno.ask('/tickets/avisos?de=todos')).status, 403)
  t.ok(
    (await events(ana, 1, { path: '/tickets/avisos?de=todos', last: seen[0]?.eventId ?? '' })).length >= 1,
    'the pharmacy follows all',
  )
  const streams = await Promise.all(Array.from({ length: 30 }, () => openStream(bruno)))
  const count = (status: number) => streams.filter(stream => stream.status === status).length
  t.ok(
    count(200) <= 20 && count(429) >= 10,
    'twenty streams of one person at most, also when all are opened at the same moment',
  )
  for (const { close } of streams) await close()
  const bad = { headers: { 'last-event-id': '1; DROP' } }
  t.match(await bruno.ask('/tickets/avisos', bad), { status: 400, json: { detail: /Last-Event-ID/ } })
})

t.test('HEAD of the notices is answered at once, and leaves no stream open (RFC 9110 §9.3.2)', async t => {
  const heads: number[] = []
  for (let n = 0; n < 25; n++) {
    void bruno.ask('/tickets/avisos', { method: 'HEAD' }).then(({ status }) => heads.push(status))
    await until('the response is complete', () => heads.length > n)
  }
  const answered = heads.filter(status => status !== 503) // Redis may be slow on a busy machine
  t.strictSame([...new Set(answered)], [200], 'also more often than one person may have streams open')
})

t.test('the metadata of the auth API is also where RFC 8414 §3.1 puts it', async t => {
  const answer = await bruno.ask('/.well-known/oauth-authorization-server/auth')
  t.match(answer, { status: 200, json: { issuer: 'http://reposicao.meutrabalho.com.br/auth' } })
})

t.test('bad input: each is refused with a clear error, and nothing enters the queue', async t => {
  const before = (await bruno.ask('/tickets?estado=na-fila')).json.tickets.length
  for (const [json, field] of [
    [{ ...ORDER, extra: 1 }, 'extra'],
    [{ ...ORDER, item: '' }, 'item'],
    [{ ...ORDER, item: 'x'.repeat(121) }, 'item'],
    [{ ...ORDER, item: 'a\u202eb' }, 'item'],
    [{ ...ORDER, item: 'a\nb' }, 'item'],
    [{ ...ORDER, item: ' a' }, 'item'],
    [{ ...ORDER, quantidade: 0 }, 'quantidade'],
    [{ ...ORDER, quantidade: 1.5 }, 'quantidade'],
    [{ ...ORDER, quantidade: '10' }, 'quantidade'],
    [{ ...ORDER, quantidade: 1001 }, 'quantidade'],
    [{ ...ORDER, urgencia: 'já' }, 'urgencia'],
    [{ ...ORDER, setor: null }, 'setor'],
    [{ item: 'x' }, 'quantidade, setor, urgencia'],
    [[ORDER], '(body)'],
  ] as const) {
    t.match(
      await bruno.ask('/tickets', { json }),
      { status: 400, json: { errors: [{ field }] } },
      JSON.stringify(json).slice(0, 60),
    )
  }
  const type = (value: string) => ({ method: 'POST', body: JSON.stringify(ORDER), headers: { 'content-type': value } })
  t.equal((await bruno.ask('/tickets', type('text/plain'))).status, 415)
  t.equal((await bruno.ask('/tickets', type('application/x-www-form-urlencoded'))).status, 415)
  const json = { 'content-type': 'application/json' }
  t.equal((await bruno.ask('/tickets', { method: 'POST', body: '{', headers: json })).status, 400)
  t.equal((await bruno.ask('/tickets', { method: 'POST', body: 'x'.repeat(20_000), headers: json })).status, 413)
  t.equal((await bruno.ask('/tickets', { json: ORDER, headers: { authorization: 'Bearer a.b.c' } })).status, 401)
  t.equal((await bruno.ask(`/tickets/${absent}`, change('aberto', '"1"'))).status, 400)
  for (const query of [
    'estado=x',
    'limite=0',
    'limite=201',
    'limite=a',
    'antes=-1',
    'x=1',
    'estado=aberto&estado=aberto',
  ]) {
    t.equal((await bruno.ask(`/tickets?${query}`)).status, 400, query)
  }
  for (const id of ['1', 'x'.repeat(36), '..%2fhealthz', `${absent}x`])
    t.equal((await bruno.ask(`/tickets/${id}`)).status, 404, id)
  t.equal((await bruno.ask('/tickets', { method: 'PUT', json: ORDER })).status, 405)
  t.equal((await bruno.ask('/tickets?estado=na-fila')).json.tickets.length, before)
})

t.test('messages that are wrong go to the dead letters with their reason, and block none behind them', async t => {
  const { broker } = app.messaging
  for (const text of [
    'not JSON',
    '{"version":9}',
    JSON.stringify({
      ...app.message('ticket.novo', { ordem: { item: 'x' }, solicitante: { id: 2, username: 'bruno' } }),
    }),
    JSON.stringify(app.message('ticket.novo', 'a text')),
    JSON.stringify(app.message('ticket.outro', {})),
    JSON.stringify(app.message('ticket.mudou', { ticket: {}, version: 'x', deleted: 0 })),
  ]) {
    await broker.publishText(new Trace(''), 'tickets', text)
  }
  await bruno.until(await bruno.order(), 'aberto')
  const dead = await app.untilDead(6)
  t.strictSame(dead.map(({ reason }) => reason.slice(0, 24)).sort(), [
    'the body of the message ',
    'the body of the message ',
    'the body of the message ',
    'the message is not JSON:',
    'the type "ticket.outro" ',
    'version 9 is unknown; ve',
  ])
})

t.test(
  'while Redis is down: tickets in MySQL are read, others are 503 and not 404, because they may be in the queue',
  async t => {
    const id = await bruno.order()
    await bruno.until(id, 'aberto')
    await servers.redis?.kill()
    t.match(await bruno.ask(`/tickets/${id}`), { status: 200, headers: { 'cache-status': 'redis; fwd=bypass' } })
    t.equal((await bruno.ask(`/tickets/${absent}`)).status, 503)
    t.equal((await bruno.ask('/tickets', { json: ORDER })).status, 503)
    t.equal((await bruno.ask('/tickets/avisos')).status, 503)
  },
)
