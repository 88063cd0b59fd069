/**
 * Shell: `npm run bench [-- dns|edge|backend|sale …]`: side-by-side tables against peers, as Markdown on standard output.
 *
 * Read beside: measure.ts (how it is measured), docs/benchmarks.md (the figures of the last published run)
 * Opens: what the chosen benchmarks open, on 127.0.0.0/8.
 */
import { cpus } from 'node:os'

const BENCHMARKS = ['dns', 'edge', 'backend', 'sale'] as const

const asked = process.argv.slice(2)
const unknown = asked.filter(name => !BENCHMARKS.some(benchmark => benchmark === name))
if (unknown.length > 0) {
  process.stderr.write(
    `npm run bench: there is no benchmark ${unknown.join(', ')}; there are ${BENCHMARKS.join(', ')}\n`,
  )
  process.exit(1)
}
if (cpus().length < 2) {
  process.stderr.write('npm run bench: two cores are needed, one for the server and one for the load\n')
  process.exit(1)
}
for (const name of asked.length > 0 ? asked : BENCHMARKS) {
  const { bench }: { bench: () => Promise<void> } = await import(`./${name}.ts`)
  await bench()
}
