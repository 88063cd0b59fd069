/**
 * The ticket sale beside the same rules on Express and mysql2, and beside the version in which the first request wins.
 *
 * 1. Purchases per CPU second: each buyer joins the line, reserves one seat, and buys it. One server on one core; MariaDB, Redis and
 *    the buyers share the other.
 * 2. What the same buyers find afterwards: seats sold, seats that exist.
 * 3. A fair line: a third of the buyers have 2 KB/s and 300 ms of delay, and ask every 5 s (sale-fairness.ts).
 * 4. 5,000 buyers for 1,000 tickets while machines of the lab are killed (sale-story.ts).
 *
 * Read beside: measure.ts, peers/express-sale.ts, apps/ingressos/testing/
 * Touches the world: starts the databases and the servers on 127.30.0.0/24, and a lab.
 */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { createPool, type Pool, type ResultSetHeader, type RowDataPacket } from 'mysql2/promise'
import { createClient } from 'redis'
import { request } from 'undici'
import { networkMap } from '#shared/network-map.ts'
import { goShopping } from '../apps/ingressos/testing/buyer.ts'
import { type BuyerAccount, makeBuyers } from '../apps/ingressos/testing/buyers.ts'
import { throughEdges } from '../apps/ingressos/testing/through-edges.ts'
import { Child } from '../lab/child.ts'
import { expressSession } from '../peers/express-session-cookie.ts'
import { startDatabases } from './databases.ts'
import { comparisonTable } from './document.ts'
import { perCpuSecond } from './figures.ts'
import { alternate, LOAD_CORE, load, type Peer, pinned, SERVER_CORE } from './measure.ts'
import { compareFairness, FAIRNESS_BUYERS } from './sale-fairness.ts'
import { killDuringSale } from './sale-story.ts'

const PREFIX = '127.30.0'
const ROUNDS = 5
const BUYERS = 600
const AT_ONCE = 32
/** Seats for more than all buyers: near the end, the line makes people wait for seats that others have claimed, and nothing is sold meanwhile. */
const PLENTY = 10 * BUYERS
/** Buyers for each seat in the measurement of what is oversold. */
const CROWD = 3
/** The version in which the first request wins answers 409 again and again: its buyers stop after this time, in milliseconds. */
const CROWD_PATIENCE_MS = 10_000

interface SaleServer extends Peer {
  readonly url: string
  readonly child: Child
  readonly buyers: readonly BuyerAccount[]
}

/** @param options `--ha`: only the last part, with three MySQL nodes and three Redis servers, one node of each among the victims */
export async function bench(options: readonly string[] = []): Promise<void> {
  if (options.includes('--ha')) return killDuringSale({ ha: true })
  const { folder, ends } = await startDatabases('sale', PREFIX)
  try {
    await load('taskset', '-a', '-p', '-c', String(LOAD_CORE), String(process.pid))
    const pool = createPool(`mysql://lab:lab@${PREFIX}.3:3306/meutrabalho`)
    ends.push(() => pool.end())

    const ours = await start('ingressos', 'apps/ingressos/main.ts', '30', folder, {})
    const express = await start('Express', 'peers/express-sale.ts', '10', folder, { RULES: 'same' })
    const naive = await start('first request wins', 'peers/express-sale.ts', '11', folder, { RULES: 'naive' })
    for (const { child } of [ours, express, naive]) ends.push(() => child.stop())
    const buyers = await makeBuyers(networkMap(PREFIX), FAIRNESS_BUYERS)
    const onExpress = await expressBuyers(buyers)
    const servers: SaleServer[] = [
      { ...ours, buyers },
      { ...express, buyers: onExpress },
      { ...naive, buyers: onExpress },
    ]

    const measured = servers.slice(0, 2)
    for (const server of measured) await sell(server, await newEvent(pool, PLENTY), BUYERS)
    const rows = await alternate(measured, ROUNDS, async server => {
      const event = await newEvent(pool, PLENTY)
      return { work: await sell(server, event, BUYERS) }
    })
    const figures = perCpuSecond({ pt: 'compras', en: 'purchases' }, rows)
    process.stdout.write(
      `One ticket: line, reservation, purchase\n\n${comparisonTable({ ...figures, ours: 'ingressos' })}\n\n`,
    )

    process.stdout.write(
      `| ${BUYERS / CROWD} seats, ${BUYERS} buyers, all at once | tickets sold | seats that the event has left |\n|---|---|---|\n`,
    )
    for (const server of servers) {
      const event = await newEvent(pool, BUYERS / CROWD)
      await sellToCrowd(server, event)
      const [[row]] = await pool.query<RowDataPacket[]>(
        'SELECT available, (SELECT COUNT(*) FROM ingressos_tickets WHERE event_id = e.id) AS sold FROM ingressos_events e WHERE id = ?',
        [event],
      )
      process.stdout.write(`| ${server.name} | ${row?.sold} | ${row?.available} |\n`)
    }
    process.stdout.write('\n')
    await compareFairness(
      pool,
      [servers[0], servers[2]].filter(server => server !== undefined),
    )
  } finally {
    for (const end of ends.reverse()) await end()
  }
  await killDuringSale({ ha: false })
}

async function start(name: string, program: string, host: string, folder: string, env: Record<string, string>) {
  const address = `${PREFIX}.${host}`
  const child = Child.start({
    name,
    command: pinned(SERVER_CORE, process.execPath, program),
    env: { ADDRESS: address, NODE_ENV: 'production', ADMISSOES_POR_SEGUNDO: '100000', ...env },
    logFile: join(folder, `${host}.log`),
  })
  await child.ready()
  const url = `http://${address}:3000`
  const { statusCode, body } = await request(`${url}/healthz`)
  await body.dump()
  if (statusCode !== 200) throw new Error(`${name} answers /healthz with ${statusCode}`)
  return { name, pid: child.pid, url, child }
}

/** The same users, with sessions of express-session. */
async function expressBuyers(buyers: readonly BuyerAccount[]): Promise<BuyerAccount[]> {
  const redis = await createClient({ url: `redis://${PREFIX}.4:6379` }).connect()
  const made = buyers.map(({ id }) => ({ id, ...expressSession(randomUUID(), id) }))
  for (const { key, text } of made) await redis.set(key, text, { EX: 3_600 })
  await redis.close()
  return made.map(({ id, cookie }) => ({ id, cookie }))
}

/** An event with so many seats. */
async function newEvent(pool: Pool, total: number): Promise<number> {
  const insert =
    "INSERT INTO ingressos_events (name, total, available, created_at) VALUES ('bench', ?, ?, UTC_TIMESTAMP(3))"
  const [{ insertId }] = await pool.query<ResultSetHeader>(insert, [total, total])
  return insertId
}

/** All buyers at once, until the last one has a ticket or finds everything sold. */
async function sellToCrowd({ url, buyers }: SaleServer, event: number): Promise<void> {
  const { send, close } = throughEdges([url], 60_000)
  const plan = { event, quantity: 1, every: 300, patience: CROWD_PATIENCE_MS }
  await Promise.all(buyers.slice(0, BUYERS).map(buyer => goShopping(buyer, send, plan)))
  await close()
}

/** Each buyer buys one seat, {@link AT_ONCE} at the same time. @returns how many did */
async function sell({ url, buyers }: SaleServer, event: number, count: number): Promise<number> {
  const { send, close } = throughEdges([url])
  const waiting = buyers.slice(0, count)
  let bought = 0
  const clerk = async () => {
    for (let buyer = waiting.pop(); buyer !== undefined; buyer = waiting.pop()) {
      const { cookie } = buyer
      await send({ method: 'POST', path: `/eventos/${event}/fila`, cookie })
      const json = { quantidade: 1 }
      const reservation = {
        method: 'POST',
        path: `/eventos/${event}/reservas`,
        cookie,
        key: randomUUID(),
        json,
      } as const
      const { status, json: reserved } = await send(reservation)
      if (status !== 201) continue
      const path = `/reservas/${reserved.id}/compra`
      if ((await send({ method: 'POST', path, cookie, key: randomUUID() })).status === 201) bought++
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, clerk))
  await close()
  return bought
}
