/**
 * The goals of this project in the benchmarks: under a table that has one, docs/benchmarks.md says what the run reached. The sentence is made
 * from the figures, so that a new run cannot make it false.
 *
 * Read beside: document.ts (where it is shown), figures.ts
 * Pure: a comparison in, text out.
 */
import type { Comparison } from './figures.ts'

interface BenchGoal {
  readonly peer: string
  /** Our value divided by that of the peer is to be at least this. */
  readonly atLeast: number
}

/** `/perfil` through the whole chain, against the usual build. */
export const CHAIN_GOAL = 1.8

/** By the id of the comparison. */
const GOALS: Readonly<Record<string, readonly BenchGoal[]>> = {
  'edge-small': [
    { peer: 'nginx', atLeast: 0.75 },
    { peer: 'http-proxy', atLeast: 5 },
  ],
  'edge-crowd': [{ peer: 'nginx', atLeast: 0.6 }],
  'edge-large': [{ peer: 'nginx', atLeast: 0.8 }],
  'edge-page': [{ peer: 'nginx', atLeast: 0.8 }],
  'dns-www': [{ peer: 'BIND', atLeast: 1 }],
  'dns-edns': [{ peer: 'BIND', atLeast: 1 }],
  'dns-mixed': [{ peer: 'BIND', atLeast: 1 }],
  'chain-perfil': [{ peer: 'BIND + nginx + Express', atLeast: CHAIN_GOAL }],
}

/** One line for each goal of the comparison whose peer was measured; empty when there is none. */
export function goalLines({ id, ours, rows }: Comparison): string[] {
  const value = (name: string) => rows.find(row => row.name === name)?.value ?? Number.NaN
  return (GOALS[id] ?? []).flatMap(({ peer, atLeast }) => {
    const ratio = value(ours) / value(peer)
    if (!Number.isFinite(ratio)) return []
    const verdict = ratio >= atLeast ? 'alcançada · reached' : 'não alcançada · not reached'
    return [`Meta · Goal: ${atLeast} × ${peer}. Nesta medição · In this run: ${ratio.toFixed(2)}, ${verdict}.`]
  })
}
