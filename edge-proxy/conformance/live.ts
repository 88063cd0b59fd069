/**
 * Asks the whole corpus of this edge and of the others, live, each in front of a recording backend of its own.
 *
 * Read beside: observe.ts, differences.ts (what is made of it), bench/peers/programs.ts (how they are started)
 * Touches the world: starts the edges as processes, on addresses of the prefix that it is given.
 */
import { setTimeout as pause } from 'node:timers/promises'
import {
  accepts,
  EDGE,
  type EdgeProgram,
  HAPROXY,
  HTTP_PROXY,
  NGINX,
  type Place,
  startEdge,
} from '../../bench/peers/programs.ts'
import { CORPUS } from './corpus/all.ts'
import type { Results } from './differences.ts'
import { deviation } from './judge.ts'
import { observe } from './observe.ts'
import { Recorder } from './recorder.ts'

/** In the order of the table's columns; this edge first. The two that read the map need a frontend's place on it. */
const PEERS: readonly (readonly [program: EdgeProgram, octet: number])[] = [
  [EDGE, 20],
  [NGINX, 31],
  [HAPROXY, 32],
  [HTTP_PROXY, 21],
]
const PATIENCE_MS = 1_500

/** The programs that are needed and not installed. */
export function missingPeers(): string[] {
  return PEERS.map(([program]) => program)
    .filter(program => !program.available)
    .map(program => program.name)
}

/** @param prefix three octets of loopback addresses that nobody else uses: `127.28.0` */
export async function askEverybody(prefix: string): Promise<Results> {
  const asked = PEERS.map(async ([program, octet]) => {
    const place = { address: `${prefix}.${octet}`, port: 8080 }
    return [program.name, await askAll(program, place)] as const
  })
  return new Map(await Promise.all(asked))
}

/** All cases, one after the other. A peer that dies of one is started again for the next. */
async function askAll(program: EdgeProgram, place: Place): Promise<ReadonlyMap<string, string>> {
  const recorder = new Recorder('backend1')
  await recorder.listen(place.address, 3000)
  const backends = [{ address: recorder.address, port: recorder.port }]
  let running = await startEdge(program, place, backends)
  const found = new Map<string, string>()
  for (const one of CORPUS) {
    const outcome = await observe(one, place, recorder, { patience: PATIENCE_MS })
    let words = deviation(one, outcome)
    // Who throws takes a moment to end, and takes connections until then.
    if (outcome.statuses.length === 0) await pause(200)
    if (outcome.closed && !(await accepts(place.address, place.port))) {
      await running.stop()
      words = `${words || 'as required'}, and the process ends`
      running = await startEdge(program, place, backends)
    }
    found.set(one.name, words)
    // What it may still be sending must not be taken for the next case's.
    if (words !== '') await pause(50)
  }
  await running.stop()
  await recorder.close()
  return found
}
