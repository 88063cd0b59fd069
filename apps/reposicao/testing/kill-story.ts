/**
 * Wards order and the pharmacy changes tickets, while each program and each server is killed, in a seeded order and at seeded moments.
 * Afterwards the records are compared: every 202 has exactly one row, one step to `aberto` and one notice; every PATCH with 200 is in MySQL, in
 * Redis and in the notices.
 *
 * The moments are counted in orders, not in seconds: a slow machine kills at the same places.
 *
 * Read beside: hospital.ts (the requests), ../kill.test.ts
 * Touches the world: starts and kills processes; reads MySQL and Redis.
 */
import { Redis } from 'ioredis'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import type { Test } from 'tap'
import { type RandomNumbers, seeded } from '../../../backend/testing/random.ts'
import { prefix } from '../../../backend/testing/servers.ts'
import { until } from '../../../test/testing/until.ts'
import type { KilledServer } from '../../testing/killed-server.ts'
import { Programs } from '../../testing/programs.ts'
import type { Ticket } from '../ticket.ts'
import { Hospital } from './hospital.ts'
import { SignIn } from './sign-in.ts'

export interface TicketKillStory {
  readonly seed: number
  /** Killed besides the four programs. */
  readonly servers: readonly KilledServer[]
  /** Settings of the programs. */
  readonly env: Readonly<Record<string, string>>
}

const PROGRAMS = ['auth', 'tickets1', 'tickets2', 'gravador']
const LIMIT_MS = 150_000

export async function ticketKillStory(t: Test, { seed, servers, env }: TicketKillStory): Promise<void> {
  const programs = new Programs(t, { GRAVADOR_LOTE: '20', ...env })
  await programs.start(...PROGRAMS)
  const hospital = await Hospital.open(t)
  const asServer = (name: string): KilledServer => {
    return { name, kill: () => programs.kill(name), start: () => programs.start(name) }
  }
  const random = seeded(seed)
  await t.test(`every process is killed under load, seed ${seed}`, async t => {
    hospital.begin()
    for (const victim of shuffled([...PROGRAMS.map(asServer), ...servers], random)) {
      await hospital.untilAccepted(1 + Math.floor(random() * 40))
      await victim.kill()
      t.comment(`${victim.name} was killed after ${hospital.accepted.size} orders, ${hospital.changed.size} changes`)
      // Nothing is accepted while the queue is down.
      if (!servers.includes(victim) || victim.name === 'mysql')
        await hospital.untilAccepted(1 + Math.floor(random() * 40))
      else await hospital.untilRefused()
      await victim.start()
    }
    await hospital.untilAccepted(10)
    await hospital.end()
    t.strictSame(hospital.unexpected, [], 'no other errors than 503')
    t.ok(hospital.changed.size > 0)
  })
  await t.test('every 202 has exactly one effect, and no change is lost', t => compare(t, hospital))
  await t.test('a refresh token from before the kills is still valid: keys and tokens are in MySQL', async t => {
    const person = new SignIn({ url: `http://${prefix}.50:3000` })
    const status = async () =>
      (await person.refresh(hospital.bruno.refresh_token).catch(() => undefined))?.status ?? 503
    let last = 503
    await until('the auth API answers', async () => {
      last = await status()
      return last !== 503
    })
    t.equal(last, 200)
  })
}

async function compare(t: Test, hospital: Hospital): Promise<void> {
  const { accepted, changed } = hospital
  for (const id of accepted) {
    const isWritten = async () => ![undefined, 'na-fila'].includes(await hospital.stateOf(id))
    await until(`${id} is written`, isWritten, LIMIT_MS)
  }
  const rows = await inMySql()
  const stored = new Map(rows.map(ticket => [ticket.id, ticket]))
  const opened = (ticket: Ticket | undefined) => ticket?.historico.filter(({ estado }) => estado === 'aberto').length
  t.equal(stored.size, rows.length)
  t.ok(rows.length <= hospital.attempts, 'no more rows than requests')
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
  for (const id of changed) t.equal(await hospital.stateOf(id), 'em-separacao')
}

async function inMySql(): Promise<Ticket[]> {
  const where = { host: `${prefix}.3`, user: 'lab', password: 'lab', database: 'meutrabalho' }
  const connection = await createConnection(where)
  const [rows] = await connection.query<RowDataPacket[]>('SELECT documento FROM reposicao_tickets')
  await connection.end()
  return rows.map(({ documento }) => (typeof documento === 'string' ? JSON.parse(documento) : documento))
}

/** The notices of bruno, when there are so many of version 2: the outbox may still be on its way. */
async function noticesUntil(wanted: number): Promise<{ id: string; versao: number }[]> {
  const redis = new Redis({ host: `${prefix}.4` })
  let notices: { id: string; versao: number }[] = []
  try {
    const areThere = async () => {
      const entries = await redis.xrange('reposicao:avisos:2', '-', '+')
      notices = entries.map(([, [, text = '']]) => JSON.parse(text))
      return notices.filter(({ versao }) => versao === 2).length >= wanted
    }
    await until(`${wanted} notices of a change`, areThere, LIMIT_MS)
    return notices
  } finally {
    redis.disconnect()
  }
}

function shuffled<T>(values: readonly T[], random: RandomNumbers): T[] {
  return values
    .map(value => [random(), value] as const)
    .sort(([a], [b]) => a - b)
    .map(([, value]) => value)
}
