/**
 * Each process is killed (kill -9) while orders and changes arrive, in a seeded order and at seeded moments. Afterwards the books are
 * compared: every 202 has exactly one row, one step to `aberto` and one notice; every PATCH with 200 is in MySQL, in Redis and in the
 * notices.
 *
 * The moments are counted in orders, not in seconds: a slow machine kills at the same places.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import t from 'tap'
import { Agent, request } from 'undici'
import { seeded } from '../../backend/testing/random.ts'
import { prefix, startServers } from '../../backend/testing/servers.ts'
import { Child } from '../../lab/child.ts'
import { ORDER } from './testing/reposicao.ts'
import { SignIn } from './testing/sign-in.ts'
import type { Ticket } from './ticket.ts'

const SEED = 20_261_128
const random = seeded(SEED)
const ADDRESSES = { auth: 50, tickets1: 51, tickets2: 52, gravador: 53 } as const
type ProcessName = keyof typeof ADDRESSES
const SERVERS = ['tickets1', 'tickets2'] as const

const folder = mkdtempSync(join(tmpdir(), 'reposicao-kill-'))
const running = new Map<ProcessName, Child>()
const servers = await startServers(t)
t.teardown(async () => {
  for (const child of running.values()) await child.kill()
  rmSync(folder, { recursive: true, force: true })
})

async function start(name: ProcessName): Promise<void> {
  const program = `apps/reposicao/${name.replace(/\d$/, '')}/main.ts`
  const child = Child.start({
    name,
    command: [process.execPath, program],
    env: { ADDRESS: `${prefix}.${ADDRESSES[name]}`, GRAVADOR_LOTE: '20' },
    logFile: join(folder, `${name}.log`),
  })
  running.set(name, child)
  await child.ready()
}

const urlOf = (name: ProcessName) => `http://${prefix}.${ADDRESSES[name]}:3000`
await Promise.all((Object.keys(ADDRESSES) as ProcessName[]).map(start))

const login = async (username: 'ana' | 'bruno') => {
  for (let i = 0; i < 100; i++) {
    const tokens = await new SignIn({ url: urlOf('auth') }).tokens(username).catch(() => undefined)
    if (tokens?.access_token) return tokens
    await pause(100)
  }
  throw new Error(`${username} got no token`)
}
const [ana, bruno] = [await login('ana'), await login('bruno')]

const dispatcher = new Agent({ headersTimeout: 3_000, bodyTimeout: 3_000, connectTimeout: 1_000 })
t.teardown(() => dispatcher.destroy())

/** One request to a tickets server; undefined when it was killed, or when its answer did not come. */
async function ask(
  server: ProcessName,
  path: string,
  token: string,
  options: { method?: 'GET' | 'POST' | 'PATCH'; json?: object; tag?: string } = {},
) {
  const { method = 'GET', json, tag } = options
  const headers = {
    authorization: `Bearer ${token}`,
    ...(json ? { 'content-type': 'application/json' } : {}),
    ...(tag ? { 'if-match': tag } : {}),
  }
  try {
    const { statusCode: status, body } = await request(`${urlOf(server)}${path}`, {
      dispatcher,
      method,
      headers,
      ...(json ? { body: JSON.stringify(json) } : {}),
    })
    return { status, json: JSON.parse(await body.text()) }
  } catch {
    return undefined
  }
}

const accepted = new Set<string>()
const changed = new Set<string>()
const unexpected: unknown[] = []
let attempts = 0
/** How many orders may be accepted so far: the wards stop there until the next step of the test. */
let released = 0
let working = true

/** A ward: one order after the other, to one server after the other. */
async function ward(): Promise<void> {
  while (working) {
    if (accepted.size >= released) {
      await pause(5)
      continue
    }
    const answer = await ask(SERVERS[attempts++ % 2] ?? 'tickets1', '/tickets', bruno.access_token, {
      method: 'POST',
      json: ORDER,
    })
    if (answer?.status === 202) accepted.add(answer.json.id)
    else {
      if (answer && answer.status !== 503) unexpected.push(answer)
      await pause(5)
    }
  }
}

/** The pharmacy: moves every third of the tickets that were accepted. */
async function pharmacy(): Promise<void> {
  for (let turn = 0; working; turn++) {
    await pause(5)
    const candidates = [...accepted].filter((id, index) => index % 3 === 0 && !changed.has(id))
    const id = candidates[turn % candidates.length]
    if (id === undefined) continue
    const options = { method: 'PATCH', json: { estado: 'em-separacao' }, tag: '"1"' } as const
    const answer = await ask(SERVERS[turn % 2] ?? 'tickets1', `/tickets/${id}`, ana.access_token, options)
    if (answer?.status === 200) changed.add(id)
    else if (answer && ![409, 412, 503].includes(answer.status)) unexpected.push(answer)
  }
}

/** Resolves when so many orders more were accepted. */
async function more(count: number): Promise<void> {
  released += count
  for (let i = 0; accepted.size < released; i++) {
    if (i > 6_000) throw new Error(`no further orders are accepted after ${accepted.size}`)
    await pause(5)
  }
}

t.test(`every process is killed under load, seed ${SEED}`, async t => {
  const work = [ward(), ward(), pharmacy()]
  const victims = shuffled([...(Object.keys(ADDRESSES) as ProcessName[]), 'mysql'] as const)
  for (const victim of victims) {
    await more(1 + Math.floor(random() * 40))
    if (victim === 'mysql') await servers.mysql?.kill()
    else await running.get(victim)?.kill()
    t.comment(`${victim} was killed after ${accepted.size} orders, ${changed.size} changes`)
    await more(1 + Math.floor(random() * 40))
    await (victim === 'mysql' ? servers.startMysql() : start(victim))
  }
  await more(10)
  working = false
  await Promise.all(work)
  t.strictSame(unexpected, [], 'no other errors than 503')
  t.ok(changed.size > 0)
})

t.test('every 202 has exactly one effect, and no change is lost', async t => {
  for (const id of accepted) {
    for (let i = 0; (await ask('tickets1', `/tickets/${id}`, ana.access_token))?.json.estado === 'na-fila'; i++) {
      if (i > 600) throw new Error(`${id} is still in the queue`)
      await pause(25)
    }
  }
  const rows = await inMySql()
  const stored = new Map(rows.map(ticket => [ticket.id, ticket]))
  const opened = (ticket: Ticket | undefined) => ticket?.historico.filter(({ estado }) => estado === 'aberto').length
  t.equal(stored.size, rows.length)
  t.ok(rows.length <= attempts, 'no more rows than requests')
  t.strictSame(
    [...accepted].filter(id => opened(stored.get(id)) !== 1),
    [],
    'one row for each 202',
  )
  t.strictSame(
    [...changed].filter(id => stored.get(id)?.estado !== 'em-separacao'),
    [],
    'one step for each PATCH',
  )

  const notices = await noticesUntil(changed.size)
  const count = (id: string, versao: number) =>
    notices.filter(notice => notice.id === id && notice.versao === versao).length
  // A change that overtakes the notice about the first version replaces it.
  const missing = [...accepted].filter(id => count(id, 1) !== 1 && !(changed.has(id) && count(id, 1) === 0))
  t.strictSame(missing, [], 'one notice for each')
  t.strictSame(
    [...changed].filter(id => count(id, 2) !== 1),
    [],
    'one notice for each change',
  )
  for (const id of changed)
    t.equal((await ask('tickets2', `/tickets/${id}`, bruno.access_token))?.json.estado, 'em-separacao')
})

t.test('a refresh token from before the kills is still valid: keys and tokens are in MySQL', async t => {
  const person = new SignIn({ url: urlOf('auth') })
  for (let i = 0; i < 50 && (await person.browser.ask(person.auth, '/healthz')).status !== 200; i++) await pause(100)
  t.equal((await person.refresh(bruno.refresh_token)).status, 200)
})

async function inMySql(): Promise<Ticket[]> {
  const connection = await createConnection({
    host: `${prefix}.3`,
    user: 'lab',
    password: 'lab',
    database: 'meutrabalho',
  })
  const [rows] = await connection.query<RowDataPacket[]>('SELECT documento FROM reposicao_tickets')
  await connection.end()
  return rows.map(({ documento }) => (typeof documento === 'string' ? JSON.parse(documento) : documento))
}

/** The notices of bruno, when there are so many of version 2: the outbox may still be on its way. */
async function noticesUntil(count: number): Promise<{ id: string; versao: number }[]> {
  const redis = new Redis({ host: `${prefix}.4` })
  try {
    for (let i = 0; ; i++) {
      const entries = await redis.xrange('reposicao:avisos:2', '-', '+')
      const notices = entries.map(([, [, text = '']]) => JSON.parse(text))
      if (notices.filter(({ versao }) => versao === 2).length >= count || i > 400) return notices
      await pause(25)
    }
  } finally {
    redis.disconnect()
  }
}

function shuffled<T>(values: readonly T[]): T[] {
  return values
    .map(value => [random(), value] as const)
    .sort(([a], [b]) => a - b)
    .map(([, value]) => value)
}
