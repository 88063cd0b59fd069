/**
 * Two cores: what a second worker gains, here and in nginx.
 *
 * The upstreams and the load generator need the same two cores, and nginx leaves them more time than a slower proxy does. As fast as possible, the rate would show that too; and a
 * program that is not busy all the time needs more CPU time for each request, because it handles fewer of them in one turn. So each worker gets the same rate: two workers get
 * twice the rate of one.
 *
 * Read beside: two-cores.ts (how it is counted), edge.ts, edge-proxy/workers/workers.ts, peers/edge-proxies.ts
 * Touches the world: runs edge proxies and h2load on the loopback network.
 */
import {
  EDGE,
  EDGE_TWO,
  type EdgeProgram,
  type Endpoint,
  NGINX,
  NGINX_TWO,
  type RunningEdge,
  startEdge,
} from '../peers/edge-proxies.ts'
import { installed } from '../peers/installed.ts'
import type { BenchRun } from './figures.ts'
import { requestsAtRate } from './http-load.ts'
import { BOTH_CORES, familyOf, pinned, type Sample, threadSeconds } from './measure.ts'
import { gainTexts, measureGains, type OneAndTwo, rateOnOwnCores, TWO } from './two-cores.ts'

/** The kernel divides the connections by their ports: with few connections, one worker gets most of them. */
const CONNECTIONS = 256
/** Requests a second for each worker. */
const RATE = 5_000
/** Each worker compiles its code for itself, and has only its part of the requests to find out which of it runs often. */
const WARM_UP_SECONDS = 4

/** @param edges those that run already, with one worker each */
export async function benchCores(
  { effort, publish }: BenchRun,
  edges: readonly RunningEdge[],
  upstreams: readonly Endpoint[],
): Promise<void> {
  if (!installed('h2load')) return
  const pairs: OneAndTwo<RunningEdge>[] = []
  try {
    for (const [index, [program, second]] of PROGRAMS.entries()) {
      const one = edges.find(({ name }) => name === program.name)
      const place = { address: `127.31.${20 + index}.20`, port: 8080 }
      if (one) pairs.push({ one, two: await startEdge(second, place, upstreams, pinned(BOTH_CORES)) })
    }
    for (const edge of pairs.flatMap(({ one, two }) => [one, two])) await perform(edge, TWO, WARM_UP_SECONDS)
    const { rows, gains } = await measureGains(pairs, effort.rounds, (edge, cores) =>
      perform(edge, cores, 2 * effort.seconds),
    )
    publish({
      ...{ kind: 'comparison', id: 'edge-cores', benchmark: 'edge', ours: EDGE_TWO.name, rows },
      title: { pt: 'GET, um núcleo e dois', en: 'GET, one core and two' },
      unit: { pt: 'requisições por segundo em núcleos próprios', en: 'requests per second on cores of its own' },
    })
    const texts = gainTexts(gains)
    if (texts === undefined) return
    const [gain, gainOfNginx, ratio] = texts
    const text = {
      pt: `Com dois núcleos, este edge encaminha ${gain} vezes o que encaminha com um, e o nginx ${gainOfNginx} vezes: ${ratio} do ganho do nginx.`,
      en: `With two cores, this edge forwards ${gain} times as many requests as with one, and nginx ${gainOfNginx} times: ${ratio} of the gain of nginx.`,
    }
    publish({ kind: 'remark', id: 'edge-gain', benchmark: 'edge', text })
  } finally {
    for (const { two } of pairs) await two.stop()
  }
}

const PROGRAMS: readonly (readonly [one: EdgeProgram, two: EdgeProgram])[] = [
  [EDGE, EDGE_TWO],
  [NGINX, NGINX_TWO],
]

/** @param cores as many as it has workers */
async function perform({ address, pid, port }: RunningEdge, cores: number, seconds: number): Promise<Sample> {
  const spent = () => new Map(familyOf(pid).flatMap(member => [...threadSeconds(member)]))
  const before = spent()
  const begun = performance.now()
  const url = `http://${address}:${port}/status`
  const requests = await requestsAtRate(BOTH_CORES, url, { rate: cores * RATE, clients: CONNECTIONS, seconds })
  const elapsed = (performance.now() - begun) / 1000
  return {
    work: requests,
    extra: { rate: rateOnOwnCores(requests, before, spent(), cores), 'requests/s': requests / elapsed },
  }
}
