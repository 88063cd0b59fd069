/**
 * docs/benchmarks.md: the parts that are made from the figures of a run. The text around them is written by hand and stays.
 *
 *   <!-- figures: dns -->   …   <!-- end of figures: dns -->
 *
 * Read beside: figures.ts, plots.ts, goals.ts, publish.ts (which writes the files)
 * Pure: figures in, Markdown out.
 */
import type { BenchMachine, BenchmarkFigures, Comparison, Curve, Figure } from './figures.ts'
import { goalLines } from './goals.ts'
import { barPlot, linePlot, valueText } from './plots.ts'

/** The folder of the plots, beside the document. */
const PLOTS = 'benchmarks'

/** Replaces what is between the marks of each benchmark. @throws Error when the marks of one are missing */
export function withFigures(document: string, runs: readonly BenchmarkFigures[]): string {
  return runs.reduce((text, run) => {
    const [begin, end] = [`<!-- figures: ${run.benchmark} -->`, `<!-- end of figures: ${run.benchmark} -->`]
    const [from, to] = [text.indexOf(begin), text.indexOf(end)]
    if (from < 0 || to < from) throw new Error(`the document needs the lines ${begin} and ${end}`)
    return `${text.slice(0, from + begin.length)}\n\n${section(run)}\n\n${text.slice(to)}`
  }, document)
}

/** Every plot, by the name of its file. */
export function plotsOf(runs: readonly BenchmarkFigures[]): ReadonlyMap<string, string> {
  return new Map(
    runs
      .flatMap(({ figures }) => figures)
      .flatMap(figure => {
        if (figure.kind === 'comparison') return [[`${figure.id}.svg`, barPlot(figure)] as const]
        return figure.kind === 'curve' ? [[`${figure.id}.svg`, linePlot(figure)] as const] : []
      }),
  )
}

function section({ benchmark, date, effort, loadAverage, machine, figures }: BenchmarkFigures): string {
  const measured = `${date}, \`npm run bench -- ${benchmark}\`: ${effort.rounds} rounds of ${effort.seconds} s; load average ${loadAverage.toFixed(1)} at the start.`
  return [`${measured} ${machineText(machine)}`, ...figures.map(figureText)].join('\n\n')
}

function machineText({ cpu, cores, memoryGB, system, kernel, programs }: BenchMachine): string {
  const versions = Object.entries(programs)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')
  return `${cores} cores of an ${cpu}, ${memoryGB} GB, ${system}, Linux ${kernel}; ${versions}.`
}

/** A figure as it is printed and published. */
export function figureText(figure: Figure): string {
  if (figure.kind === 'remark') return `${figure.text.pt} · ${figure.text.en}`
  const caption = `${figure.title.pt} · ${figure.title.en}`
  const plot = `![${caption}](${PLOTS}/${figure.id}.svg)`
  const rows = figure.kind === 'comparison' ? comparisonTable(figure) : curveTable(figure)
  const goals = figure.kind === 'comparison' ? goalLines(figure) : []
  return [`**${caption}**`, plot, rows, ...goals].join('\n\n')
}

/** A row for each program. A dash: the program has no such value. */
export function comparisonTable({ unit, ours, rows }: Pick<Comparison, 'unit' | 'ours' | 'rows'>): string {
  const own = rows.find(row => row.name === ours)?.value ?? Number.NaN
  const extras = [...new Set(rows.flatMap(({ extra }) => Object.keys(extra)))]
  const head = ['', `${unit.pt} · ${unit.en}`, `${ours} ÷ este · this`, ...extras]
  return markdown(
    head,
    rows.map(({ name, value, extra }) => [
      name,
      valueText(value),
      value > 0 ? (own / value).toFixed(2) : '–',
      ...extras.map(key => shortNumber(extra[key])),
    ]),
  )
}

/** A row for each rate. A dash: the program answered fewer requests than were sent. */
function curveTable({ lines }: Curve): string {
  const rates = [...new Set(lines.flatMap(({ points }) => points.map(({ rate }) => rate)))].sort((a, b) => a - b)
  const head = ['requisições/s · requests/s', ...lines.flatMap(({ name }) => [`${name}: p50 ms`, `${name}: p99 ms`])]
  return markdown(
    head,
    rates.map(rate => [
      rate.toLocaleString('en'),
      ...lines.flatMap(({ points }) => {
        const point = points.find(one => one.rate === rate)
        return point ? [shortNumber(point.p50), shortNumber(point.p99)] : ['–', '–']
      }),
    ]),
  )
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n')
}

/** Three digits, without an exponent: 0.489, 178, 1240. */
function shortNumber(value?: number): string {
  if (value === undefined) return '–'
  if (Number.isInteger(value)) return String(value)
  return value >= 1000 ? String(Math.round(value)) : value.toPrecision(3)
}
