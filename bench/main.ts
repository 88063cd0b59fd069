/**
 * Shell: `npm run bench [-- dns|edge|backend|sale|painel|faults …]`: side-by-side tables against peers, as Markdown on standard output.
 *
 * Read beside: measure.ts (how it is measured), docs/benchmarks.md (the figures of the last published run)
 * Opens: what the chosen benchmarks open, on 127.0.0.0/8.
 */
import { cpus } from 'node:os'

const BENCHMARKS = ['dns', 'edge', 'backend', 'sale', 'queue', 'painel'] as const
/** Takes much longer, and is run only by its name. */
const ON_REQUEST = ['faults'] as const

const words = process.argv.slice(2)
const options = words.filter(word => word.startsWith('--'))
const asked = words.filter(word => !word.startsWith('--'))
const unknown = asked.filter(name => ![...BENCHMARKS, ...ON_REQUEST].some(benchmark => benchmark === name))
if (unknown.length > 0) {
  process.stderr.write(
    `npm run bench: there is no benchmark ${unknown.join(', ')}; there are ${[...BENCHMARKS, ...ON_REQUEST].join(', ')}\n`,
  )
  process.exit(1)
}
if (cpus().length < 2) {
  process.stderr.write('npm run bench: two cores are needed, one for the server and one for the load\n')
  process.exit(1)
}
for (const name of asked.length > 0 ? asked : BENCHMARKS) {
  const { bench }: { bench: (options: readonly string[]) => Promise<void> } = await import(`./${name}.ts`)
  await bench(options)
}
