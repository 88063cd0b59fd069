/**
 * A fair line, measured: a third of the buyers have a slow connection. How many of the slow ones, and of the others, get a ticket?
 *
 * Read beside: sale.ts, slow-relay.ts, apps/ingressos/line/waiting-line.ts
 * Touches the world: HTTP through relays on loopback.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Pool, ResultSetHeader } from 'mysql2/promise'
import { goShopping } from '../apps/ingressos/testing/buyer.ts'
import type { BuyerAccount } from '../apps/ingressos/testing/buyers.ts'
import { throughEdges } from '../apps/ingressos/testing/through-edges.ts'
import { openSlowRelay } from './slow-relay.ts'

const SEATS = 200
export const FAIRNESS_BUYERS = 1_000
/** Buyers arrive within this time, in milliseconds. */
const ARRIVAL_MS = 60_000
const SLOW = { octetsPerSecond: 2_000, delayMs: 300, every: 5_000 }
const FAST = { every: 500 }
const PATIENCE_MS = 60_000

export interface FairnessPeer {
  readonly name: string
  readonly url: string
  readonly buyers: readonly BuyerAccount[]
}

export async function compareFairness(pool: Pool, peers: readonly FairnessPeer[]): Promise<void> {
  process.stdout.write(
    `| ${SEATS} seats, ${FAIRNESS_BUYERS} buyers in ${ARRIVAL_MS / 1000} s, a third at 2 KB/s with 300 ms | of the slow ones | of the others | points |\n|---|---|---|---|\n`,
  )
  // At the same time: they are compared with themselves, slow buyers with the others, and each needs a minute.
  await Promise.all(peers.map(peer => measureFairness(pool, peer)))
  process.stdout.write('\n')
}

async function measureFairness(pool: Pool, { name, url, buyers }: FairnessPeer): Promise<void> {
  const insert =
    "INSERT INTO ingressos_events (name, total, available, created_at) VALUES ('fair', ?, ?, UTC_TIMESTAMP(3))"
  const [{ insertId: event }] = await pool.query<ResultSetHeader>(insert, [SEATS, SEATS])
  const { hostname, port } = new URL(url)
  const relay = await openSlowRelay({ host: hostname, port: Number(port) }, SLOW)
  const slow = throughEdges([relay.url], 60_000)
  const fast = throughEdges([url], 60_000)
  const outcomes = await Promise.all(
    buyers.slice(0, FAIRNESS_BUYERS).map(async (buyer, index) => {
      const isSlow = index % 3 === 0
      await pause((index / FAIRNESS_BUYERS) * ARRIVAL_MS)
      const { every } = isSlow ? SLOW : FAST
      const { outcome } = await goShopping(buyer, (isSlow ? slow : fast).send, {
        event,
        quantity: 1,
        every,
        patience: PATIENCE_MS,
      })
      return { isSlow, bought: outcome === 'bought' }
    }),
  )
  for (const end of [slow.close, fast.close, relay.close]) await end()
  const share = (isSlow: boolean) => {
    const group = outcomes.filter(outcome => outcome.isSlow === isSlow)
    return (100 * group.filter(({ bought }) => bought).length) / group.length
  }
  const [of, others] = [share(true), share(false)]
  process.stdout.write(`| ${name} | ${of.toFixed(1)} % | ${others.toFixed(1)} % | ${(of - others).toFixed(1)} |\n`)
}
