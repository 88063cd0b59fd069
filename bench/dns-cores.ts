/**
 * Two cores: what a second thread gains, here and in BIND.
 *
 * A machine of two cores has none left for the load generator, so the rate of the clock would measure the load generator too. Therefore
 * the CPU time of each thread is read. The rate of a server on cores of its own is limited by its busiest thread, and by the CPU time of
 * all its threads divided by the number of cores:
 *
 *     rate = queries ÷ max(CPU seconds of the busiest thread, CPU seconds of all threads ÷ cores)
 *
 * The threads run at the same time on both cores, so these seconds include what the threads cost each other (locks, cache lines that
 * both write). The rate of the clock, with the load generator on the same cores, is given too.
 *
 * Read beside: dns.ts, dns-peers.ts, dns-server/workers/workers.ts
 * Touches the world: runs servers and dnsperf on the loopback network.
 */

import { type DnsPeer, OURS, type Peers } from './dns-peers.ts'
import { countsIn } from './dnsperf.ts'
import type { BenchRun } from './figures.ts'
import { alternate, BOTH_CORES, loadOn, type Sample, threadSeconds } from './measure.ts'

/** The kernel divides the queries by sender: with few senders, one thread gets most of them. */
const SENDERS = 64
const THREADS = 2
/** The gain of our server is to be at least this part of BIND's. */
const GOAL = 0.9

interface OneAndTwoThreads {
  readonly one: DnsPeer
  readonly two: DnsPeer
}

/** @param one our server with one thread */
export async function benchCores({ effort, publish }: BenchRun, peers: Peers, one: DnsPeer, queries: string) {
  const pairs: OneAndTwoThreads[] = [{ one, two: await peers.ours(`${OURS}, WORKERS=2`, 32, peers.zones, THREADS) }]
  const [bind, bind2] = [await peers.bind('BIND, -n 1', 5395), await peers.bind('BIND, -n 2', 5396, THREADS)]
  if (bind && bind2) pairs.push({ one: bind, two: bind2 })

  const all = pairs.flatMap(({ one, two }) => [one, two])
  const twos = new Set(pairs.map(({ two }) => two))
  const figures = await alternate(all, effort.rounds, peer =>
    perform(peer, twos.has(peer) ? THREADS : 1, effort.seconds, queries),
  )
  const figure = ({ name }: DnsPeer, column: string) =>
    figures.find(row => row.name === name)?.extra[column] ?? Number.NaN
  const rows = pairs.flatMap(({ one, two }) =>
    [one, two].map(peer => ({
      name: peer.name,
      value: figure(peer, 'rate'),
      extra: {
        gain: figure(peer, 'rate') / figure(one, 'rate'),
        'queries/s': figure(peer, 'queries/s'),
        'lost %': figure(peer, 'lost %'),
      },
    })),
  )
  publish({
    ...{ kind: 'comparison', id: 'dns-cores', benchmark: 'dns', ours: pairs[0]?.two.name ?? OURS, rows },
    title: { pt: 'www A, um núcleo e dois', en: 'www A, one core and two' },
    unit: { pt: 'consultas por segundo em núcleos próprios', en: 'queries per second on cores of its own' },
  })
  const [ours = 0, theirs] = pairs.map(({ one, two }) => figure(two, 'rate') / figure(one, 'rate'))
  if (theirs === undefined) return
  const [gain, gainOfBind, ratio] = [ours, theirs, ours / theirs].map(value => value.toFixed(2))
  const text = {
    pt: `Com dois núcleos, o dns-server responde ${gain} vezes o que responde com um, e o BIND ${gainOfBind} vezes: ${ratio} do ganho do BIND (meta: ${GOAL}).`,
    en: `With two cores, dns-server answers ${gain} times as many queries as with one, and BIND ${gainOfBind} times: ${ratio} of the gain of BIND (goal: ${GOAL}).`,
  }
  publish({ kind: 'remark', id: 'dns-gain', benchmark: 'dns', text })
}

async function perform(peer: DnsPeer, cores: number, seconds: number, queries: string): Promise<Sample> {
  const before = threadSeconds(peer.pid)
  const where = ['-s', peer.address, '-p', String(peer.port)]
  const how = ['-c', String(SENDERS), '-q', '200', '-T', '1', '-l', String(seconds)]
  // After the last query dnsperf waits 5 s for responses that were lost; the rate does not include that time.
  const { completed, lost } = countsIn(await loadOn(BOTH_CORES, 'dnsperf', ...where, ...how, '-d', queries), peer)
  const used = [...threadSeconds(peer.pid)].map(([thread, spent]) => spent - (before.get(thread) ?? 0))
  const total = used.reduce((sum, spent) => sum + spent, 0)
  const bound = Math.max(...used, total / cores)
  const extra = { rate: completed / bound, 'queries/s': completed / seconds, 'lost %': (100 * lost) / completed }
  return { work: completed, extra }
}
