/**
 * What a goal for the whole chain leaves for the backends: arithmetic on the CPU time of each part.
 *
 * Read beside: chain.ts (measures the parts), goals.ts (the goal)
 * Pure: the rows of a comparison in, a sentence out.
 */
import type { Bilingual, ComparisonRow } from './figures.ts'

/** The column of a part, in µs of CPU time for each request: `edges µs`. */
export const partColumn = (part: string) => `${part} µs`

/**
 * How much CPU time the backends of `ours` could use for each request if the whole were `goal` times as good as `usual`, and how much they use.
 *
 * @returns undefined when a column is missing
 */
export function backendShare(
  goal: number,
  ours: ComparisonRow | undefined,
  usual: ComparisonRow | undefined,
): Bilingual | undefined {
  const spent = ours?.extra[partColumn('backends')]
  if (ours === undefined || spent === undefined || usual === undefined) return undefined
  const sum = ({ extra }: ComparisonRow) => Object.values(extra).reduce((total, µs) => total + µs, 0)
  const whole = sum(usual)
  const others = sum(ours) - spent
  const [limit, left, used, rest] = [whole / goal, whole / goal - others, spent, others].map(µs => Math.round(µs))
  return {
    pt: `Com ${String(goal).replace('.', ',')} vezes, uma requisição usaria ${limit} µs de CPU em toda a cadeia. DNS, edges, Redis e MariaDB usam ${rest} µs neste laboratório: restariam ${left} µs para o backend, que usa ${used} µs.`,
    en: `At ${goal} times, a request would use ${limit} µs of CPU in the whole chain. DNS, edges, Redis and MariaDB use ${rest} µs in this lab: ${left} µs would be left for the backend, which uses ${used} µs.`,
  }
}
