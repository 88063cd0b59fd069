/**
 * Sends the whole corpus through this edge and through the other proxies, each in front of its own recording backend.
 *
 * Read beside: observe.ts, differences.ts (which makes a table of the results), peers/edge-proxies.ts (which starts the proxies)
 * Touches the world: starts the proxies as processes, on addresses with the given prefix.
 */
import { setTimeout as pause } from 'node:timers/promises'
import {
  accepts,
  EDGE,
  type EdgeProgram,
  type Endpoint,
  HAPROXY,
  HTTP_PROXY,
  NGINX,
  startEdge,
} from '../../peers/edge-proxies.ts'
import { deviation } from './compare.ts'
import { CORPUS } from './corpus/all.ts'
import type { Results } from './differences.ts'
import { observe } from './observe.ts'
import { Recorder } from './recorder.ts'

/** In the order of the table's columns, this edge first. The two that read the map need a frontend's address. */
const PEERS: readonly (readonly [program: EdgeProgram, octet: number])[] = [
  [EDGE, 20],
  [NGINX, 31],
  [HAPROXY, 32],
  [HTTP_PROXY, 21],
]
const PATIENCE_MS = 1_500

/** The programs that are not installed. */
export function missingPeers(): string[] {
  return PEERS.map(([program]) => program)
    .filter(program => !program.available)
    .map(program => program.name)
}

/** @param prefix of loopback addresses that no other program uses: `127.28.0` */
export async function runCorpusOnPeers(prefix: string): Promise<Results> {
  const runs = PEERS.map(async ([program, octet]) => {
    const place = { address: `${prefix}.${octet}`, port: 8080 }
    return [program.name, await runCorpus(program, place)] as const
  })
  return new Map(await Promise.all(runs))
}

/** All cases, one after the other. A proxy that dies is started again for the next case. */
async function runCorpus(program: EdgeProgram, place: Endpoint): Promise<ReadonlyMap<string, string>> {
  const recorder = new Recorder('backend1')
  await recorder.listen(place.address, 3000)
  const backends = [{ address: recorder.address, port: recorder.port }]
  let running = await startEdge(program, place, backends)
  const found = new Map<string, string>()
  for (const one of CORPUS) {
    const outcome = await observe(one, place, recorder, { patience: PATIENCE_MS })
    let words = deviation(one, outcome)
    // After an exception a process still accepts connections for a moment before it ends.
    if (outcome.statuses.length === 0) await pause(200)
    if (outcome.closed && !(await accepts(place.address, place.port))) {
      await running.stop()
      words = `${words || 'as required'}, and the process ends`
      running = await startEdge(program, place, backends)
    }
    found.set(one.name, words)
    // Octets that the proxy is still sending must not be counted for the next case.
    if (words !== '') await pause(50)
  }
  await running.stop()
  await recorder.close()
  return found
}
