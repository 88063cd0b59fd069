/**
 * The published document is made from the published figures, and a plot shows what the figures say.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { comparisonTable, figureText, plotsOf, withFigures } from './document.ts'
import { type BenchmarkFigures, type Comparison, type Curve, merged } from './figures.ts'
import { barPlot, linePlot } from './plots.ts'
import { DOCUMENT, FOLDER, publishedFigures } from './publish.ts'

const COMPARISON: Comparison = {
  kind: 'comparison',
  id: 'dns-www',
  benchmark: 'dns',
  title: { pt: 'www A', en: 'www A' },
  unit: { pt: 'consultas por segundo de CPU', en: 'queries per CPU second' },
  ours: 'dns-server',
  rows: [
    { name: 'dns-server', value: 200_000, extra: { MB: 74.9 } },
    { name: 'A & B', value: 100_000, extra: { MB: 31 } },
  ],
}
const CURVE: Curve = {
  kind: 'curve',
  id: 'dns-latency',
  benchmark: 'dns',
  title: { pt: 'tempo', en: 'time' },
  lines: [
    { name: 'ours', points: [500, 1000].map(rate => ({ rate, p50: 0.5, p99: rate / 100 })) },
    { name: 'slow', points: [{ rate: 500, p50: 2, p99: 30 }] },
  ],
}
const RUN: BenchmarkFigures = {
  benchmark: 'dns',
  date: '2026-11-28',
  effort: { name: 'ordinary', rounds: 7, seconds: 1 },
  loadAverage: 0.25,
  machine: {
    cpu: 'Example CPU',
    cores: 2,
    memoryGB: 4,
    system: 'Debian 12',
    kernel: '6.1',
    programs: { BIND: '9.18.1' },
  },
  figures: [COMPARISON, CURVE],
}
const MARKS = 'by hand\n<!-- figures: dns -->\nold\n<!-- end of figures: dns -->\nby hand, too\n'

t.test('docs/benchmarks.md and its plots are those of the published figures', async t => {
  const runs = publishedFigures()
  t.ok(runs.length > 0)
  const document = readFileSync(DOCUMENT, 'utf8')
  t.equal(withFigures(document, runs), document)
  for (const [name, svg] of plotsOf(runs)) t.equal(readFileSync(join(FOLDER, name), 'utf8'), svg, name)
})

t.test('withFigures() replaces what is between the marks, and nothing else', async t => {
  const written = withFigures(MARKS, [RUN])
  t.match(written, /^by hand\n<!-- figures: dns -->\n\n2026-11-28/)
  t.match(written, /\n<!-- end of figures: dns -->\nby hand, too\n$/)
  t.notMatch(written, /\nold\n/)
  t.match(written, '2 cores of an Example CPU, 4 GB, Debian 12, Linux 6.1; BIND 9.18.1.')
  t.equal(withFigures(written, [RUN]), written, 'a second time changes nothing')
  t.throws(() => withFigures('no marks', [RUN]), /figures: dns/)
})

t.test('figureText() shows ours as a multiple of each program, and a dash where a rate was not reached', async t => {
  t.match(figureText(COMPARISON), '| A & B | 100,000 | 2.00 | 31 |')
  t.match(figureText(CURVE), '| 500 | 0.500 | 5 | 2 | 30 |\n| 1,000 | 0.500 | 10 | – | – |')
})

t.test('comparisonTable() has the columns of all rows, and a dash where a program has no such value', async t => {
  const rows = [{ name: 'loop', value: 400_000, extra: {} }, ...COMPARISON.rows]
  const table = comparisonTable({ ...COMPARISON, rows })
  t.match(table, /^\|.*\| MB \|$/m)
  t.match(table, '| loop | 400,000 | 0.50 | – |')
  t.match(table, '| dns-server | 200,000 | 1.00 | 74.9 |')
  t.match(table, '| A & B | 100,000 | 2.00 | 31 |')
})

t.test('barPlot(): the length of a bar is in proportion to its value, and ours has a class of its own', async t => {
  const svg = barPlot(COMPARISON)
  const [first = 0, second = 0] = [...svg.matchAll(/<rect class="(?:ours|peer)".*? width="([\d.]+)"/g)].map(([, w]) =>
    Number(w),
  )
  t.equal(first / second, 2)
  t.equal([...svg.matchAll(/<rect class="ours"/g)].length, 1)
  t.match(svg, 'A &amp; B')
  t.match(svg, 'consultas por segundo de CPU · queries per CPU second')
  t.match(svg, 'prefers-color-scheme: dark')
})

t.test('linePlot(): a longer response time is drawn higher, a higher rate further right', async t => {
  const [p50 = [], p99 = []] = [...linePlot(CURVE).matchAll(/<polyline .*?points="(.*?)"/g)].map(([, points = '']) =>
    points.split(' ').map(point => point.split(',').map(Number)),
  )
  t.equal(p50[0]?.[1], p50[1]?.[1])
  t.ok(Number(p99[1]?.[1]) < Number(p99[0]?.[1]), 'y grows downwards')
  t.ok(Number(p99[1]?.[0]) > Number(p99[0]?.[0]))
  t.match(linePlot({ ...CURVE, lines: [] }), '</svg>')
})

t.test('merged() keeps the figures of a benchmark that was not measured again', async t => {
  const edge: BenchmarkFigures = { ...RUN, benchmark: 'edge' }
  const again: BenchmarkFigures = { ...RUN, date: '2026-12-01' }
  t.strictSame(merged([edge, RUN], [again]), [again, edge])
})
