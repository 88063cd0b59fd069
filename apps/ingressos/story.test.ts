/**
 * The sale while machines are killed at random: never more seats than there are, every 201 is in MySQL, and no user is charged twice.
 *
 * The same with 5,000 buyers for 1,000 tickets: `npm run bench -- sale`.
 */
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { authority, hostNamed, hostsOf } from '#shared/network-map.ts'
import { ask } from '../../lab/control-client.ts'
import type { WatchedSale } from '../../painel/sales/sales.ts'
import { forget, startLab } from '../../test/testing/lab.ts'
import { until } from '../../test/testing/until.ts'
import { goShopping } from './testing/buyer.ts'
import { makeBuyers } from './testing/buyers.ts'
import { SaleLedger } from './testing/ledger.ts'
import { throughEdges } from './testing/through-edges.ts'

const BUYERS = 90
const TICKETS = 60
/** Every so many buyers, one reserves and leaves. */
const LEAVING = 6
/** A bound for the whole story. */
const LIMIT_MS = 150_000

const lab = await startLab({ args: ['--app=ingressos'], env: { RESERVA_SEGUNDOS: '3', DRAIN_GRACE: '0' } })
t.teardown(async () => {
  await lab.stop()
  forget(lab.folder)
})

const edges = hostsOf(lab.map, 'frontend').map(host => `http://${authority(host)}`)
const { send, close } = throughEdges(edges)
t.teardown(close)
const buyers = await makeBuyers(lab.map, BUYERS)
const admin = buyers[0]?.cookie ?? ''
const json = { nome: 'Final do campeonato', total: TICKETS }
const created = await send({ method: 'POST', path: '/eventos', cookie: admin, json })
const event: number = created.json.id
const ledger = new SaleLedger(lab.map, event)
t.teardown(() => ledger.close())

t.test('an edge sends each application its requests, and the servers of www do not have its routes', async t => {
  t.equal(created.status, 201)
  const [edge] = hostsOf(lab.map, 'frontend')
  const www = await fetch(`http://${authority(edge as NonNullable<typeof edge>)}/eventos`)
  t.match([www.status, www.headers.get('x-served-by')], [404, /^frontend1, backend\d$/])
})

t.test(`${BUYERS} buyers, ${TICKETS} tickets, and machines that are killed, paused and started again`, async t => {
  let selling = true
  const wrong: string[] = []
  const watching = (async () => {
    while (selling) {
      const sample = await ledger.sample()
      if (sample.wrong !== undefined) wrong.push(sample.wrong)
      await pause(50)
    }
  })()
  /** Whatever happens, at least one server and one edge stay on. */
  const trouble = (async () => {
    const victims = ['ingressos1', 'frontend2', 'ingressos3', 'frontend1', 'ingressos2']
    for (let round = 0; selling; round++) {
      const name = victims[round % victims.length] as string
      const [off, on] = round % 3 === 2 ? ['pause', 'resume'] : ['stop', 'start']
      await ask(lab.folder, 'POST', `/${off}?name=${name}`)
      await pause(200)
      await ask(lab.folder, 'POST', `/${on}?name=${name}`)
    }
  })()

  // Awaited below: until then a failure must not end the process, which would leave the lab running.
  for (const work of [watching, trouble]) work.catch(() => {})
  const results = await Promise.all(
    buyers.map((buyer, index) =>
      goShopping(buyer, send, { event, quantity: 1, every: 400, leaves: index % LEAVING === 0, patience: LIMIT_MS }),
    ),
  )
  selling = false
  await Promise.all([watching, trouble])

  t.strictSame(wrong, [], 'available + reserved + sold = total at every sample')
  const end = await ledger.sample()
  t.match(end, { bought: TICKETS, available: 0, reserved: 0, tickets: TICKETS }, 'everything is sold')
  t.equal(await ledger.soldTwice(), 0)
  const tickets = await ledger.tickets()
  for (const [index, { codes, outcome }] of results.entries()) {
    const inMysql = tickets.get(buyers[index]?.id ?? 0) ?? []
    t.strictSame(inMysql, codes, `buyer ${index} (${outcome}): every 201 is in MySQL, and nothing else`)
  }
  t.equal(results.filter(({ outcome }) => outcome === 'too late').length, 0)
  t.comment(`${results.reduce((sum, { unanswered }) => sum + unanswered, 0)} requests were sent again`)
})

t.test('a fourth server: one command and one record, and it gets its share, which the painel shows', async t => {
  await lab.command('start', 'ingressos4')
  const record = `ingressos-servers 5 IN A ${hostNamed(lab.map, 'ingressos4').address}\n`
  appendFileSync(join(lab.folder, 'zones', 'db.meutrabalho.com.br'), record)
  const servers = async () => {
    const response = await fetch(`http://${authority(hostNamed(lab.map, 'painel'))}/api/sales`)
    const { sales } = (await response.json()) as { sales: WatchedSale[] }
    return sales.find(sale => sale.event === event)?.servers.map(({ server }) => server) ?? []
  }
  const joinLine = async (buyer: number) =>
    send({ method: 'POST', path: `/eventos/${event}/fila`, cookie: buyers[buyer % BUYERS]?.cookie ?? '' })
  let asked = 0
  await until(
    'the painel shows the shares of four servers',
    async () => {
      for (let request = 0; request < 8; request++) await joinLine(asked++)
      return (await servers()).length === 4
    },
    LIMIT_MS,
  )
  t.ok((await servers()).includes('ingressos4'), `after ${asked} requests`)
})
