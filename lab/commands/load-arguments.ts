/**
 * What `npm run lab -- load` is asked for, and how its result is printed.
 *
 * Read beside: client-commands.ts, client/load/schedule.ts (the ranges)
 * Pure: words in, a plan out; a report in, lines out.
 */
import type { LoadPlan } from '../../client/load/schedule.ts'
import type { LoadReport } from '../../client/load/tally.ts'

export interface LoadArguments {
  readonly path: string
  readonly plan: LoadPlan
  readonly cache: 'none' | 'ttl'
  readonly keepAlive: boolean
}

/** `load /status --count=300 --rate=100 --concurrency=50 --cache=ttl --keep-alive`. Undefined for words that it does not have. */
export function parseLoadArguments(words: readonly string[]): LoadArguments | undefined {
  const numbers: Record<string, number> = { count: 300, rate: 100, concurrency: 50 }
  let path = '/status'
  let cache: LoadArguments['cache'] = 'none'
  let keepAlive = false
  for (const word of words) {
    const [, name = '', value = ''] = /^--([a-z-]+)(?:=(.*))?$/.exec(word) ?? []
    if (word.startsWith('/')) path = word
    else if (Object.hasOwn(numbers, name) && /^\d+(\.\d+)?$/.test(value)) numbers[name] = Number(value)
    else if (name === 'cache' && (value === 'none' || value === 'ttl')) cache = value
    else if (word === '--keep-alive') keepAlive = true
    else return undefined
  }
  const { count = 0, rate = 0, concurrency = 0 } = numbers
  return { path, plan: { count, rate, concurrency }, cache, keepAlive }
}

const BAR = 40

export function reportLines(report: LoadReport): string[] {
  const { count, frontends, backends, statuses, errors, resolved, connections, retries, p50, p99, max, seconds } =
    report
  const ms = (value: number | null) => (value === null ? '–' : `${value.toFixed(1)} ms`)
  return [
    ` ${count} requisições em ${seconds.toFixed(1)} s · requests`,
    ...bars('frontends', frontends),
    ...bars('backends', backends),
    ...bars('status', statuses),
    ...bars('erros · errors', errors),
    ` tempos · times      p50 ${ms(p50)}   p99 ${ms(p99)}   max ${ms(max)}`,
    ` conexões · connections   ${pairs(connections)}   novas tentativas · retries ${retries}`,
    ` endereço · address found by   ${pairs(resolved)}`,
  ]
}

/** One line for each, its bar to the scale of all together. */
function bars(title: string, counts: Readonly<Record<string, number>>): string[] {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const rows = Object.entries(counts).map(([name, count]) => {
    const share = count / total
    return `   ${name.padEnd(14)} ${`${count}`.padStart(6)}  ${`${Math.round(share * 100)}`.padStart(3)} %  ${'█'.repeat(Math.round(share * BAR))}`
  })
  return rows.length === 0 ? [] : [` ${title}`, ...rows]
}

function pairs(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join('  ')
}
