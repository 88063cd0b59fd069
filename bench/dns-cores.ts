/**
 * Two cores: what a second thread gains, here and in BIND. The rate of the clock, with the load generator on the same cores, is given too.
 *
 * Read beside: two-cores.ts (how it is counted), dns.ts, dns-peers.ts, dns-server/workers/workers.ts
 * Touches the world: runs servers and dnsperf on the loopback network.
 */

import { type DnsPeer, OURS, type Peers } from './dns-peers.ts'
import { countsIn } from './dnsperf.ts'
import type { BenchRun } from './figures.ts'
import { BOTH_CORES, loadOn, type Sample, threadSeconds } from './measure.ts'
import { gainTexts, measureGains, type OneAndTwo, rateOnOwnCores, TWO } from './two-cores.ts'

/** The kernel divides the queries by sender: with few senders, one thread gets most of them. */
const SENDERS = 64
/** The gain of our server is to be at least this part of BIND's. */
const GOAL = 0.9

/** @param one our server with one thread */
export async function benchCores({ effort, publish }: BenchRun, peers: Peers, one: DnsPeer, queries: string) {
  const pairs: OneAndTwo<DnsPeer>[] = [{ one, two: await peers.ours(`${OURS}, WORKERS=2`, 32, peers.zones, TWO) }]
  const [bind, bind2] = [await peers.bind('BIND, -n 1', 5395), await peers.bind('BIND, -n 2', 5396, TWO)]
  if (bind && bind2) pairs.push({ one: bind, two: bind2 })

  const { rows, gains } = await measureGains(pairs, effort.rounds, (peer, cores) =>
    perform(peer, cores, effort.seconds, queries),
  )
  publish({
    ...{ kind: 'comparison', id: 'dns-cores', benchmark: 'dns', ours: pairs[0]?.two.name ?? OURS, rows },
    title: { pt: 'www A, um núcleo e dois', en: 'www A, one core and two' },
    unit: { pt: 'consultas por segundo em núcleos próprios', en: 'queries per second on cores of its own' },
  })
  const texts = gainTexts(gains)
  if (texts === undefined) return
  const [gain, gainOfBind, ratio] = texts
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
  const rate = rateOnOwnCores(completed, before, threadSeconds(peer.pid), cores)
  const extra = { rate, 'queries/s': completed / seconds, 'lost %': (100 * lost) / completed }
  return { work: completed, extra }
}
