/**
 * 5,000 buyers for 1,000 tickets, in a lab whose servers and edges are killed and paused at random, Redis too, and with `--ha` the MySQL node that is in use.
 *
 * Read beside: sale.ts, apps/ingressos/story.test.ts (the same, smaller, as a test)
 * Touches the world: starts a lab.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { authority, hostsOf } from '#shared/network-map.ts'
import { goShopping } from '../apps/ingressos/testing/buyer.ts'
import { makeBuyers } from '../apps/ingressos/testing/buyers.ts'
import { SaleLedger } from '../apps/ingressos/testing/ledger.ts'
import { throughEdges } from '../apps/ingressos/testing/through-edges.ts'
import { ask } from '../lab/control-client.ts'
import { forget, startLab } from '../test/testing/lab.ts'

/** With `--ha` the same machine runs four more databases. */
const SIZES = { plain: { buyers: 5_000, tickets: 1_000 }, ha: { buyers: 2_000, tickets: 400 } }
const LIMIT_MS = 240_000
const VICTIMS = ['ingressos1', 'ingressos2', 'ingressos3', 'frontend1', 'frontend2', 'frontend3', 'redis']

export async function killDuringSale({ ha }: { readonly ha: boolean }): Promise<void> {
  const size = ha ? SIZES.ha : SIZES.plain
  const victims = ha ? [...VICTIMS, 'mysql'] : VICTIMS
  const lab = await startLab({
    args: ['--app=ingressos', ...(ha ? ['--ha'] : [])],
    env: { RESERVA_SEGUNDOS: '10', DRAIN_GRACE: '0' },
  })
  const edges = hostsOf(lab.map, 'frontend').map(host => `http://${authority(host)}`)
  const { send, close } = throughEdges(edges, 15_000)
  try {
    const buyers = await makeBuyers(lab.map, size.buyers)
    const json = { nome: 'Final', total: size.tickets }
    const { id: event } = (await send({ method: 'POST', path: '/eventos', cookie: buyers[0]?.cookie ?? '', json })).json
    const ledger = new SaleLedger(lab.map, event, ha ? 'mysql2' : 'mysql')
    let selling = true
    const counts = { samples: 0, wrong: 0, killed: 0, paused: 0, mysql: 0 }
    const watch = (async () => {
      for (; selling; counts.samples++) {
        if ((await ledger.sample()).wrong !== undefined) counts.wrong++
        await pause(100)
      }
    })()
    const trouble = (async () => {
      for (let first = ha; selling; first = false) {
        // With --ha the node of MySQL that is in use is the first one to be killed.
        const name = first ? 'mysql' : (victims[Math.floor(Math.random() * victims.length)] as string)
        const kill = first || Math.random() < 0.6
        if (name.startsWith('mysql')) counts.mysql++
        await ask(lab.folder, 'POST', `/${kill ? 'stop' : 'pause'}?name=${name}`)
        counts[kill ? 'killed' : 'paused']++
        await pause(300 + Math.random() * 700)
        await ask(lab.folder, 'POST', `/${kill ? 'start' : 'resume'}?name=${name}`)
        await pause(1_000)
      }
    })()
    // Awaited below: until then a failure must not end the process, which would leave the lab running.
    for (const work of [watch, trouble]) work.catch(() => {})
    const results = await Promise.all(
      buyers.map(async (buyer, index) => {
        await pause(Math.random() * 10_000)
        return goShopping(buyer, send, {
          event,
          quantity: 1,
          every: 3_000,
          leaves: index % 10 === 9,
          patience: LIMIT_MS,
        })
      }),
    )
    selling = false
    await Promise.all([watch, trouble])
    const end = await ledger.sample()
    const tickets = await ledger.tickets()
    const differing = results.filter(({ codes }, index) => {
      const own = tickets.get(buyers[index]?.id ?? 0) ?? []
      return own.length !== codes.length || own.some(code => !codes.includes(code))
    })
    const sum = (read: (result: (typeof results)[number]) => number) => results.reduce((all, one) => all + read(one), 0)
    const rows: [string, number | string][] = [
      ['machines killed, paused', `${counts.killed}, ${counts.paused}`],
      ...(ha ? [['of these, the MySQL node in use', counts.mysql] as [string, number]] : []),
      ['requests without an answer, sent again', sum(({ unanswered }) => unanswered)],
      ['samples of available + reserved + sold, and how many were not the total', `${counts.samples}, ${counts.wrong}`],
      ['sold at the end', end.bought],
      ['tickets in MySQL', end.tickets],
      ['buyers whose 201 and whose tickets in MySQL differ', differing.length],
      ['reservations with another number of tickets than seats', await ledger.soldTwice()],
      ['buyers for whom it took too long', results.filter(({ outcome }) => outcome === 'too late').length],
    ]
    process.stdout.write(
      `| ${size.buyers} buyers, ${size.tickets} tickets${ha ? ', --ha' : ''} | |\n|---|---|\n${rows.map(([what, value]) => `| ${what} | ${value} |`).join('\n')}\n\n`,
    )
    await ledger.close()
  } finally {
    await close()
    await lab.stop()
    forget(lab.folder)
  }
}
