/**
 * What a second core gains: each program with one thread, and with two, measured in turn.
 *
 * A machine of two cores has none left for the load generator, so the rate of the clock would measure the load generator too. Therefore
 * the CPU time of each thread is read. The rate of a server on cores of its own is limited by its busiest thread, and by the CPU time of
 * all its threads divided by the number of cores:
 *
 *     rate = work ÷ max(CPU seconds of the busiest thread, CPU seconds of all threads ÷ cores)
 *
 * The threads run at the same time on both cores, so these seconds include what the threads cost each other (locks, cache lines that
 * both write).
 *
 * Read beside: dns-cores.ts, edge-cores.ts, measure.ts
 * Touches the world: through what measures.
 */
import type { ComparisonRow } from './figures.ts'
import { alternate, type Peer, type Sample } from './measure.ts'

/** The number of cores of the second program of a pair. */
export const TWO = 2

/** The same program with one thread, and with two. */
export interface OneAndTwo<P extends Peer> {
  readonly one: P
  readonly two: P
}

export interface CoreGains {
  readonly rows: ComparisonRow[]
  /** The rate with two cores divided by the rate with one, for each pair. */
  readonly gains: readonly number[]
}

/** @param before and @param after CPU seconds of each thread, before and after the work */
export function rateOnOwnCores(
  work: number,
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  cores: number,
): number {
  const used = [...after].map(([thread, spent]) => spent - (before.get(thread) ?? 0))
  const total = used.reduce((sum, spent) => sum + spent, 0)
  return work / Math.max(...used, total / cores)
}

/** @param measure gives a sample whose column `rate` is a {@link rateOnOwnCores}; its other columns are shown as they are */
export async function measureGains<P extends Peer>(
  pairs: readonly OneAndTwo<P>[],
  rounds: number,
  measure: (peer: P, cores: number) => Promise<Sample>,
): Promise<CoreGains> {
  const cores = new Map(pairs.flatMap(({ one, two }) => [[one, 1] as const, [two, TWO] as const]))
  const figures = await alternate([...cores.keys()], rounds, peer => measure(peer, cores.get(peer) ?? 1))
  const columnsOf = ({ name }: P) => figures.find(row => row.name === name)?.extra ?? {}
  const rateOf = (peer: P) => columnsOf(peer).rate ?? Number.NaN
  const rows = pairs.flatMap(({ one, two }) =>
    [one, two].map(peer => {
      const { rate: _, ...others } = columnsOf(peer)
      return { name: peer.name, value: rateOf(peer), extra: { gain: rateOf(peer) / rateOf(one), ...others } }
    }),
  )
  return { rows, gains: pairs.map(({ one, two }) => rateOf(two) / rateOf(one)) }
}

/** The gain of this project, that of the peer, and the first divided by the second; undefined when the peer was not measured. */
export function gainTexts([ours, theirs]: readonly number[]): readonly [string, string, string] | undefined {
  if (ours === undefined || theirs === undefined) return undefined
  return [ours.toFixed(2), theirs.toFixed(2), (ours / theirs).toFixed(2)]
}
