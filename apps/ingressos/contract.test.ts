/** Every route of the ticket sale at protocol level, with real MariaDB and Redis, at two servers that share them. */
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { type StartedBackend, startBackend } from '../../backend/testing/backend.ts'
import { Browser, type TestRequest } from '../../backend/testing/browser.ts'
import { startServers } from '../../backend/testing/servers.ts'
import type { Toolkit } from '../../backend/toolkit.ts'
import { until } from '../../test/testing/until.ts'
import { ticketSale } from './ticket-sale.ts'

await startServers(t)
const seller = (reservationSeconds: number) => (toolkit: Toolkit) =>
  ticketSale(toolkit, { reservationSeconds, admissionsPerSecond: 1_000 })
const application = seller(600)
const one = await startBackend(t, 1, { application })
const two = await startBackend(t, 2, { application })
/** Reservations made here expire within the test. */
const brief = await startBackend(t, 3, { application: seller(1) })
const ana = new Browser()
const bruno = new Browser()
await ana.login(one, 'ana')
await bruno.login(two, 'bruno')

async function newEvent(total: number, nome = 'Recital'): Promise<number> {
  const { json } = await ana.ask(one, '/eventos', { json: { nome, total } })
  return json.id
}

/** A new event, and ana's turn. */
async function myTurn(total: number): Promise<number> {
  const event = await newEvent(total)
  t.match((await post(ana, one, `/eventos/${event}/fila`)).json, { posicao: 1, admitido: true })
  return event
}

/** POST, and again after a 429: the limit of requests has a test of its own. */
async function post(who: Browser, at: StartedBackend, path: string, options: TestRequest = {}) {
  for (;;) {
    const response = await who.ask(at, path, { method: 'POST', ...options })
    if (response.status !== 429) return response
    await pause(Number(response.headers['retry-after']) * 1_000)
  }
}

function reserve(who: Browser, at: StartedBackend, event: number, quantidade: unknown, key = randomUUID() as string) {
  return post(who, at, `/eventos/${event}/reservas`, { json: { quantidade }, headers: { 'idempotency-key': key } })
}

function buy(who: Browser, at: StartedBackend, reservation: number, key = randomUUID() as string) {
  return post(who, at, `/reservas/${reservation}/compra`, { headers: { 'idempotency-key': key } })
}

/** What the route says may be a second old, and on a busy machine a little more. */
async function seatsAre(event: number, expected: number): Promise<void> {
  await pause(1_050)
  const left = async () => (await ana.ask(two, `/eventos/${event}`)).json.disponiveis
  await until(`event ${event} has ${expected} seats`, async () => (await left()) === expected)
}

t.test('POST /eventos creates an event for an admin alone', async t => {
  const created = await ana.ask(one, '/eventos', { json: { nome: 'Festa junina', total: 5 } })
  t.match(created, { status: 201, headers: { location: `/eventos/${created.json.id}` } })
  const expected = { nome: 'Festa junina', total: 5, disponiveis: 5, reservados: 0, vendidos: 0 }
  t.match((await new Browser().ask(two, `/eventos/${created.json.id}`)).json, expected)
  t.match(await bruno.ask(two, '/eventos', { json: { nome: 'x', total: 5 } }), { status: 403 })
  t.match(await new Browser().ask(two, '/eventos', { json: { nome: 'x', total: 5 } }), { status: 401 })
  for (const wrong of [{ nome: '', total: 5 }, { nome: 'x', total: 0 }, { nome: 'x', total: 1.5 }, { nome: 'x' }, []])
    t.equal((await ana.ask(one, '/eventos', { json: wrong })).status, 400, JSON.stringify(wrong))
})

t.test('GET /eventos and /eventos/:id say whether they come from the cache (RFC 9211)', async t => {
  const event = await newEvent(7)
  const first = await new Browser().ask(one, `/eventos/${event}`)
  t.match(first, { status: 200, headers: { 'cache-status': 'ingressos-eventos; fwd=miss; stored' } })
  t.match((await new Browser().ask(one, `/eventos/${event}`)).headers['cache-status'], '; hit')
  t.match((await new Browser().ask(two, '/eventos')).json.eventos[0], { id: event, disponiveis: 7 })
  t.match(await new Browser().ask(one, '/eventos/999999'), { status: 404 })
})

t.test('the line: the first join counts, asking changes nothing, and GET is 404 before the first join', async t => {
  const event = await newEvent(1)
  t.match(await ana.ask(one, `/eventos/${event}/fila`), { status: 404 })
  t.match((await post(ana, one, `/eventos/${event}/fila`)).json, { posicao: 1, admitido: true, esperaSegundos: 0 })
  t.match((await post(bruno, two, `/eventos/${event}/fila`)).json, { posicao: 2, admitido: false, aFrente: 0 })
  t.match((await post(ana, two, `/eventos/${event}/fila`)).json, { posicao: 1, admitido: true })
  t.match((await bruno.ask(one, `/eventos/${event}/fila`)).json, { posicao: 2, admitido: false })
  t.match(await reserve(bruno, one, event, 1), { status: 403, json: { posicao: 2 } }, 'not his turn')
  t.equal((await reserve(ana, one, event, 1)).status, 201)
  t.match(
    await reserve(bruno, one, event, 1),
    { status: 409, json: { esgotado: true } },
    'sold out, whether it is his turn or not',
  )
  for (const path of [`/eventos/${event}/fila`, '/eventos/999999/fila'])
    t.equal((await new Browser().ask(one, path, { method: 'POST' })).status, 401, 'without a session')
  t.equal((await post(ana, one, '/eventos/999999/fila')).status, 404)
})

t.test(
  'POST /eventos/:id/reservas: 201 with Location, 403 without a turn, 409 when there are not enough seats',
  async t => {
    const event = await newEvent(5)
    t.match(await reserve(ana, one, event, 1), { status: 403, json: { posicao: null } })
    await post(ana, one, `/eventos/${event}/fila`)
    const made = await reserve(ana, one, event, 3)
    t.match(made, {
      status: 201,
      headers: { location: `/reservas/${made.json.id}` },
      json: { evento: event, quantidade: 3 },
    })
    t.ok(Date.parse(made.json.expiraEm) > Date.now() - 60_000)
    t.notOk(made.headers['idempotency-replayed'])
    const few = { status: 409, json: { esgotado: false, disponiveis: 2, detail: /^only 2 seats are left/ } }
    t.match(await reserve(ana, two, event, 3), few)
    t.equal((await reserve(ana, two, event, 2)).status, 201)
    t.match(await reserve(ana, two, event, 1), { status: 409, json: { esgotado: true, disponiveis: 0 } })
    await seatsAre(event, 0)
  },
)

t.test('POST /eventos/:id/reservas refuses what is not a quantity from 1 to 4', async t => {
  const event = await myTurn(50)
  for (const wrong of [0, 5, -1, 1.5, '2', null, true, [1]])
    t.match(await reserve(ana, one, event, wrong), { status: 400 }, JSON.stringify(wrong))
  const headers = { 'idempotency-key': 'k', 'content-type': 'application/json' }
  for (const body of [
    '{"quantidade":1e309}',
    '{"quantidade":2,"preco":0}',
    '{}',
    '[]',
    '{"quantidade":2,"quantidade":1}',
  ])
    t.equal((await post(ana, one, `/eventos/${event}/reservas`, { body, headers })).status, 400, body)
  await seatsAre(event, 50)
  t.equal((await new Browser().ask(one, `/eventos/${event}/reservas`, { json: { quantidade: 1 } })).status, 401)
})

t.test('Idempotency-Key: missing, empty, too long or binary is 400', async t => {
  const event = await myTurn(50)
  const { id } = (await reserve(ana, one, event, 1)).json
  for (const key of ['', '""', 'k'.repeat(256), `"${'k'.repeat(256)}"`, 'a b', 'a,b', '"a', 'ação', '\x80\xff']) {
    t.equal((await reserve(ana, one, event, 1, key)).status, 400, key)
    t.equal((await buy(ana, one, id, key)).status, 400, key)
  }
  t.match(await post(ana, one, `/eventos/${event}/reservas`, { json: { quantidade: 1 } }), { status: 400 })
  t.match(await post(ana, one, `/reservas/${id}/compra`), { status: 400 })
  t.equal((await reserve(ana, one, event, 1, 'k'.repeat(255))).status, 201, 'the longest one')
  t.match(await reserve(ana, one, event, 1, `"${'k'.repeat(255)}"`), {
    status: 201,
    headers: { 'idempotency-replayed': 'true' },
  })
})

t.test(
  'the same key with the same body gets the first answer; with another body, or for another action, 422',
  async t => {
    const event = await myTurn(10)
    const key = randomUUID()
    const first = await reserve(ana, one, event, 2, key)
    const again = await reserve(ana, two, event, 2, key)
    t.match(again, { status: 201, text: first.text, headers: { location: first.headers.location as string } })
    t.equal(again.headers['idempotency-replayed'], 'true')
    t.equal((await reserve(ana, two, event, 3, key)).status, 422)
    t.equal((await buy(ana, one, first.json.id, key)).status, 422)
    await seatsAre(event, 8)
    await post(bruno, one, `/eventos/${event}/fila`)
    t.match(
      await reserve(bruno, one, event, 2, key),
      { status: 201, headers: { 'idempotency-replayed': undefined } },
      'keys belong to a user',
    )
  },
)

t.test('one key in two tabs, at two servers, at the same moment: one reservation, one purchase', async t => {
  const event = await myTurn(50)
  for (let round = 0; round < 5; round++) {
    const key = randomUUID()
    const answers = await Promise.all(
      [one, two, one, two].map(at =>
        ana.ask(at, `/eventos/${event}/reservas`, { json: { quantidade: 1 }, headers: { 'idempotency-key': key } }),
      ),
    )
    const made = answers.filter(({ status }) => status === 201)
    t.equal(new Set(made.map(({ text }) => text)).size, 1)
    t.ok(
      answers.every(({ status }) => status === 201 || status === 409 || status === 429),
      answers.map(({ status }) => status).join(),
    )
    const purchase = randomUUID()
    const headers = { 'idempotency-key': purchase }
    const bought = await Promise.all(
      [one, two].map(at => ana.ask(at, `/reservas/${made[0]?.json.id}/compra`, { method: 'POST', headers })),
    )
    t.equal(new Set(bought.filter(({ status }) => status === 201).map(({ text }) => text)).size, 1)
    t.equal((await buy(ana, two, made[0]?.json.id, purchase)).text, bought.find(({ status }) => status === 201)?.text)
  }
  await seatsAre(event, 45)
})

t.test('many users at two servers at the same moment: never more than there is', async t => {
  const event = await myTurn(6)
  await post(bruno, one, `/eventos/${event}/fila`)
  const asked = Array.from({ length: 12 }, (_, index) =>
    reserve(index % 2 ? ana : bruno, index % 3 ? one : two, event, 1),
  )
  const statuses = (await Promise.all(asked)).map(({ status }) => status)
  t.equal(statuses.filter(status => status === 201).length, 6)
  t.equal(statuses.filter(status => status === 409).length, 6)
})

t.test(
  'POST /reservas/:id/compra: tickets, once; 409 for another key, 404 for a reservation of another user',
  async t => {
    const event = await myTurn(10)
    const { id } = (await reserve(ana, one, event, 3)).json
    t.match(await buy(bruno, one, id), { status: 404 })
    t.match(await buy(ana, one, 999_999), { status: 404 })
    const bought = await buy(ana, two, id)
    t.match(bought, { status: 201, json: { reserva: id } })
    t.equal(new Set(bought.json.ingressos).size, 3)
    t.match(await buy(ana, two, id), { status: 409 })
    t.equal((await new Browser().ask(one, `/reservas/${id}/compra`, { method: 'POST' })).status, 401)
    const mine = (await ana.ask(one, '/ingressos')).json.ingressos.map(({ codigo }: { codigo: string }) => codigo)
    for (const code of bought.json.ingressos) t.ok(mine.includes(code))
    t.strictSame((await bruno.ask(one, '/ingressos')).json, { ingressos: [] })
    t.match((await ana.ask(one, `/reservas/${id}`)).json, { quantidade: 3, estado: 'comprada' })
    t.match(await bruno.ask(one, `/reservas/${id}`), { status: 404 })
    t.match((await ana.ask(one, `/reservas/${id}`, { method: 'DELETE' })).status, 409)
  },
)

t.test('DELETE /reservas/:id gives the seats back, and may be repeated', async t => {
  const event = await myTurn(4)
  const { id } = (await reserve(ana, one, event, 4)).json
  t.equal((await bruno.ask(two, `/reservas/${id}`, { method: 'DELETE' })).status, 404)
  for (const at of [one, two]) t.equal((await ana.ask(at, `/reservas/${id}`, { method: 'DELETE' })).status, 204)
  await seatsAre(event, 4)
  t.match(await buy(ana, one, id), { status: 410 })
})

t.test('a reservation that is not paid expires: 410, and its seats are back', async t => {
  const event = await myTurn(4)
  const key = randomUUID()
  const made = await reserve(ana, brief, event, 4, key)
  const state = async () => (await ana.ask(two, `/reservas/${made.json.id}`)).json.estado
  await until('the reservation has expired', async () => (await state()) === 'expirada')
  await seatsAre(event, 4)
  t.equal((await buy(ana, two, made.json.id)).status, 410)
  t.equal((await ana.ask(one, `/reservas/${made.json.id}`, { method: 'DELETE' })).status, 410)
  t.match((await ana.ask(one, `/reservas/${made.json.id}`)).json, { estado: 'expirada' })
  t.equal(
    (await reserve(ana, two, event, 4, key)).text,
    made.text,
    'its key still gets the first answer, and reserves nothing',
  )
  await seatsAre(event, 4)
})

t.test('a request of another site is refused', async t => {
  const event = await myTurn(4)
  const headers = { 'idempotency-key': 'x', 'sec-fetch-site': 'cross-site' }
  t.equal((await post(ana, one, `/eventos/${event}/reservas`, { json: { quantidade: 1 }, headers })).status, 403)
  const origin = { 'idempotency-key': 'x', origin: 'http://evil.example' }
  t.equal(
    (await post(ana, one, `/eventos/${event}/reservas`, { json: { quantidade: 1 }, headers: origin })).status,
    403,
  )
})

t.test('without JavaScript: the pages and their forms lead from the event to the tickets', async t => {
  const event = await newEvent(9, 'Sem script')
  const accept = { accept: 'text/html' }
  const page = async (path: string) => (await ana.ask(two, path, { headers: accept })).text
  const send = async (path: string, form: Record<string, string>) => {
    const { status, headers } = await post(ana, one, path, { form, headers: accept })
    t.equal(status, 303, path)
    return String(headers.location)
  }
  t.match(await page('/eventos'), `href="/eventos/${event}"`)
  t.match(await page(`/eventos/${event}`), `action="/eventos/${event}/fila"`)
  const turn = await page(await send(`/eventos/${event}/fila`, {}))
  const keyIn = (text: string) => /name="chave" value="([^"]+)"/.exec(text)?.[1] ?? ''
  const form = { quantidade: '2', chave: keyIn(turn) }
  const location = await send(`/eventos/${event}/reservas`, form)
  t.equal(await send(`/eventos/${event}/reservas`, form), location, 'a double click')
  const reservation = await page(location)
  t.match(reservation, `action="${location}/compra"`)
  const tickets = await page(await send(`${location}/compra`, { chave: keyIn(reservation) }))
  t.equal(tickets.match(/<code>[0-9A-Z]{16}<\/code> Sem script/g)?.length, 2)
  await post(ana, one, `/eventos/${event}/fila`)
  const second = await send(`/eventos/${event}/reservas`, { quantidade: '1', chave: randomUUID() })
  t.equal(await send(`${second}/cancelamento`, {}), `/eventos/${event}`)
  t.match(await page(second), /Reserva cancelada/)
})

t.test('a user who makes too many requests gets 429 with Retry-After; others do not', async t => {
  const event = await newEvent(1)
  const carla = new Browser()
  await carla.login(one, 'bruno')
  const answers = await Promise.all(Array.from({ length: 90 }, () => carla.ask(one, `/eventos/${event}/fila`)))
  const limited = answers.filter(({ status }) => status === 429)
  t.ok(limited.length > 0, `${limited.length}`)
  t.match(limited[0]?.headers['retry-after'], /^[1-9]\d*$/)
  t.equal((await post(ana, one, `/eventos/${event}/fila`)).status, 200)
})
