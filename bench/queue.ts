/**
 * Tickets through a queue, beside the same tickets written in the request (peers/direct-tickets.ts): a burst of 10,000 in 5 s, and the same
 * burst while MySQL is stopped for 20 s.
 *
 * The load does not wait for answers: a request begins every half millisecond, however slow the server is. So a slow server has many
 * requests open at the same time, as with real clients.
 *
 * Read beside: measure.ts, apps/reposicao/README.md, docs/benchmarks.md
 * Touches the world: starts the databases, the programs of reposicao and the load on 127.31.0.0/24.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Agent, request } from 'undici'
import { ORDER } from '../apps/reposicao/testing/reposicao.ts'
import { SignIn } from '../apps/reposicao/testing/sign-in.ts'
import { Child } from '../lab/child.ts'
import { startMariadb } from '../lab/mariadb.ts'
import { startRedis } from '../lab/redis.ts'
import { idsAfter, newestSeq, watchMySql } from './ticket-rows.ts'

const PREFIX = '127.31.0'
const TICKETS = 10_000
const SECONDS = 5
const OUTAGE_MS = 20_000
/** Milliseconds after which all tickets must be written, or the rest counts as lost. */
const PATIENCE_MS = 90_000

interface BurstResult {
  readonly ids: readonly string[]
  /** Statuses of the other answers, and how many of each; `none`: no answer. */
  readonly failures: ReadonlyMap<string, number>
  /** Milliseconds of the answers that accepted a ticket, sorted. */
  readonly times: readonly number[]
}

interface BurstRow {
  readonly name: string
  readonly burst: BurstResult
  /** Rows a second that MySQL has got, between one count and the next. */
  readonly rates: readonly number[]
  /** Seconds from the first request until the last accepted ticket was in MySQL; undefined: some were not. */
  readonly untilWritten: number | undefined
  readonly lost: number
  readonly knownReads: string
}

/** Prints a table, as Markdown. */
export async function bench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-queue-'))
  const ends: (() => Promise<unknown>)[] = [async () => rmSync(folder, { recursive: true, force: true })]
  try {
    const place = (name: string) => ({ folder: join(folder, name), logFile: join(folder, `${name}.log`) })
    const startMysql = () => startMariadb({ ...place('mysql'), address: `${PREFIX}.3` })
    let mysql = await startMysql()
    ends.push(() => mysql.stop())
    const redis = await startRedis({ ...place('redis'), address: `${PREFIX}.4` })
    ends.push(() => redis.stop())
    const start = async (program: string, lastOctet: number) => {
      const logFile = join(folder, `${program.replaceAll('/', '-')}-${lastOctet}.log`)
      const env = { ADDRESS: `${PREFIX}.${lastOctet}`, NODE_ENV: 'production' }
      const child = Child.start({ name: program, command: [process.execPath, program], env, logFile })
      ends.push(() => child.stop())
      await child.ready()
      return child
    }
    await start('apps/reposicao/auth/main.ts', 50)
    const token = await login()
    const outage = async () => {
      await pause(1_000)
      await mysql.kill()
      await pause(OUTAGE_MS)
      mysql = await startMysql()
    }
    const rows: BurstRow[] = []
    const measure = async (name: string, disturb: () => Promise<unknown>) => {
      rows.push(await run(name, token, disturb))
      process.stderr.write(`${name}: measured\n`)
    }
    const queue = [await start('apps/reposicao/tickets/main.ts', 51), await start('apps/reposicao/tickets/main.ts', 52)]
    await start('apps/reposicao/gravador/main.ts', 53)
    await measure('queue', async () => {})
    await measure('queue, MySQL stopped for 20 s', outage)
    for (const child of queue) await child.stop()
    for (const lastOctet of [51, 52]) await start('peers/direct-tickets.ts', lastOctet)
    await measure('direct', async () => {})
    await measure('direct, MySQL stopped for 20 s', outage)
    process.stdout.write(`${tableOf(rows)}\n`)
  } finally {
    for (const end of ends.reverse()) await end()
  }
}

async function login(): Promise<string> {
  const auth = { url: `http://${PREFIX}.50:3000` }
  for (let i = 0; i < 200; i++) {
    const tokens = await new SignIn(auth).tokens('bruno').catch(() => undefined)
    if (tokens?.access_token) return tokens.access_token
    await pause(100)
  }
  throw new Error('bruno got no token')
}

async function run(name: string, token: string, disturb: () => Promise<unknown>): Promise<BurstRow> {
  const dispatcher = new Agent({ connections: 500, headersTimeout: 30_000 })
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  for (let i = 0; i < 400; i++) await order(dispatcher, i, headers) // in its first requests a process compiles its code
  const first = await newestSeq(PREFIX)
  const watch = watchMySql(PREFIX, first)
  const started = performance.now()
  const disturbed = disturb()
  const known = name.startsWith('queue') ? readKnown(dispatcher, headers, disturbed) : Promise.resolve('–')
  const burst = await sendBurst(dispatcher, headers)
  await disturbed
  const missing = new Set(burst.ids)
  let seconds: number | undefined
  while (performance.now() - started < PATIENCE_MS && missing.size > 0) {
    for (const id of await idsAfter(PREFIX, first)) missing.delete(id)
    seconds = (performance.now() - started) / 1000
    if (missing.size > 0) await pause(200)
  }
  const rates = await watch.end()
  const knownReads = await known
  await dispatcher.destroy()
  return {
    name,
    burst,
    rates,
    untilWritten: missing.size === 0 ? seconds : undefined,
    lost: missing.size,
    knownReads,
  }
}

/** @param index chooses the server */
async function order(dispatcher: Agent, index: number, headers: Readonly<Record<string, string>>) {
  const url = `http://${PREFIX}.${51 + (index % 2)}:3000/tickets`
  const { statusCode, body } = await request(url, { dispatcher, method: 'POST', headers, body: JSON.stringify(ORDER) })
  return { statusCode, text: await body.text() }
}

async function sendBurst(dispatcher: Agent, headers: Readonly<Record<string, string>>): Promise<BurstResult> {
  const ids: string[] = []
  const times: number[] = []
  const failures = new Map<string, number>()
  const fail = (why: string) => void failures.set(why, (failures.get(why) ?? 0) + 1)
  const open: Promise<void>[] = []
  const one = async (index: number) => {
    const began = performance.now()
    try {
      const { statusCode, text } = await order(dispatcher, index, headers)
      if (statusCode !== 202 && statusCode !== 201) return fail(String(statusCode))
      times.push(performance.now() - began)
      ids.push(JSON.parse(text).id)
    } catch {
      fail('none')
    }
  }
  const started = performance.now()
  while (open.length < TICKETS) {
    const due = Math.min(TICKETS, ((performance.now() - started) / 1000 / SECONDS) * TICKETS)
    while (open.length < due) open.push(one(open.length))
    await pause(1)
  }
  await Promise.all(open)
  return { ids, times: times.sort((a, b) => a - b), failures }
}

/** Reads tickets that were accepted before, again and again until the disturbance is over. */
async function readKnown(
  dispatcher: Agent,
  headers: Readonly<Record<string, string>>,
  until: Promise<unknown>,
): Promise<string> {
  const ids: string[] = []
  for (let i = 0; i < 20; i++) ids.push(JSON.parse((await order(dispatcher, i, headers)).text).id)
  let isOver = false
  void until.finally(() => {
    isOver = true
  })
  let [good, all] = [0, 0]
  do {
    for (const id of ids) {
      const { statusCode, body } = await request(`http://${PREFIX}.51:3000/tickets/${id}`, { dispatcher, headers })
      await body.dump()
      all++
      if (statusCode === 200) good++
    }
    await pause(200)
  } while (!isOver)
  return `${good} of ${all}`
}

function tableOf(rows: readonly BurstRow[]): string {
  const head =
    '| 10,000 tickets in 5 s | accepted | refused | p50 ms | p99 ms | most rows written in 1 s | until written, s | lost | reads of known tickets |'
  const lines = rows.map(({ name, burst: { ids, failures, times }, rates, untilWritten, lost, knownReads }) => {
    const at = (share: number) => (times[Math.floor((times.length - 1) * share)] ?? Number.NaN).toFixed(1)
    const refused = [...failures].map(([status, count]) => `${count} × ${status}`).join(', ') || '0'
    const cells = [
      name,
      ids.length,
      refused,
      at(0.5),
      at(0.99),
      Math.max(...rates).toFixed(0),
      untilWritten?.toFixed(1) ?? 'not all',
      lost,
      knownReads,
    ]
    return `| ${cells.join(' | ')} |`
  })
  return [head, `|${'---|'.repeat(9)}`, ...lines].join('\n')
}
