/**
 * Shell: `npm run bench [-- dns|edge|backend|chain|sale|queue|painel|faults|soak …]`: side-by-side tables against peers, as Markdown on standard output.
 *
 *   npm run bench                  dns, edge, backend and chain; writes docs/benchmarks.md (about 13 minutes)
 *   npm run bench -- --quick       one round, fewer programs: less than 3 minutes on an idle machine; writes nothing
 *   npm run bench -- --long        21 rounds of 3 s instead of 5 of 1 s; writes docs/benchmarks.md (about an hour and a half)
 *   npm run bench -- edge          one table; writes nothing; with --write: its part of docs/benchmarks.md
 *
 * Read beside: measure.ts (how it is measured), publish.ts (what is written), docs/benchmarks.md (the figures of the last published run)
 * Opens: what the chosen benchmarks open, on 127.0.0.0/8.
 */
import { cpus, loadavg } from 'node:os'
import { figureText } from './document.ts'
import { BENCHMARKS_WITH_FIGURES, type BenchmarkFigures, type BenchRun, type Effort, type Figure } from './figures.ts'
import { describeMachine } from './machine.ts'
import { publish } from './publish.ts'

/** These print tables of their own, and are run only by their names. */
const ON_REQUEST = ['sale', 'queue', 'painel', 'faults', 'soak'] as const

const EFFORTS: Readonly<Record<string, Effort>> = {
  '--quick': { name: 'quick', rounds: 1, seconds: 1 },
  '': { name: 'ordinary', rounds: 5, seconds: 1 },
  '--long': { name: 'long', rounds: 21, seconds: 3 },
}

const words = process.argv.slice(2)
const options = words.filter(word => word.startsWith('--'))
const asked = words.filter(word => !word.startsWith('--'))
const KNOWN: readonly string[] = [...BENCHMARKS_WITH_FIGURES, ...ON_REQUEST]
const unknown = asked.filter(name => !KNOWN.includes(name))
if (unknown.length > 0) fail(`there is no benchmark ${unknown.join(', ')}; there are ${KNOWN.join(', ')}`)
if (cpus().length < 2) fail('two cores are needed, one for the server and one for the load')

const results: BenchmarkFigures[] = []
for (const name of ON_REQUEST.filter(one => asked.includes(one))) {
  const { bench }: { bench: (options: readonly string[]) => Promise<void> } = await import(`./${name}.ts`)
  await bench(options)
}
const measured = asked.length > 0 ? BENCHMARKS_WITH_FIGURES.filter(one => asked.includes(one)) : BENCHMARKS_WITH_FIGURES
if (measured.length > 0) {
  const effort = effortOf(options)
  for (const benchmark of measured) {
    const begun = performance.now()
    try {
      results.push(await run(benchmark, effort))
      process.stdout.write(`${benchmark}: ${Math.round((performance.now() - begun) / 1000)} s\n\n`)
    } catch (error) {
      // The others are still measured: a run takes long.
      process.stderr.write(`npm run bench: ${benchmark}: ${(error as Error).stack}\n`)
      process.exitCode = 1
    }
  }
  const wanted = options.includes('--write') || (asked.length === 0 && effort.name !== 'quick')
  if (wanted) publish(results)
  process.stdout.write(wanted ? 'written: docs/benchmarks.md\n' : 'not written; with --write: docs/benchmarks.md\n')
}

async function run(benchmark: BenchmarkFigures['benchmark'], effort: Effort): Promise<BenchmarkFigures> {
  const figures: Figure[] = []
  const loadAverage = loadavg()[0] ?? 0
  const publish = (figure: Figure) => {
    figures.push(figure)
    process.stdout.write(`${figureText(figure)}\n\n`)
  }
  const { bench }: { bench: (run: BenchRun) => Promise<void> } = await import(`./${benchmark}.ts`)
  await bench({ effort, publish })
  const date = new Date().toISOString().slice(0, 10)
  return { benchmark, date, effort, loadAverage, machine: describeMachine(benchmark), figures }
}

function effortOf(options: readonly string[]): Effort {
  const unknown = options.filter(option => option !== '--write' && !(option in EFFORTS))
  if (unknown.length > 0) fail(`there is no option ${unknown.join(', ')}; there are --quick, --long, --write`)
  return EFFORTS[options.find(option => option in EFFORTS) ?? ''] as Effort
}

function fail(why: string): never {
  process.stderr.write(`npm run bench: ${why}\n`)
  process.exit(1)
}
