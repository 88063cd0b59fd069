/**
 * The table of differences: how other proxies treat the requests of the corpus, what is required of this edge, and why.
 *
 * Read beside: run-peers.ts (which collects the results), explanations.ts, docs/edge-conformance.md (which contains the table)
 * Pure: results in, Markdown out.
 */
import type { ConformanceCase } from './case.ts'
import { describeWant } from './compare.ts'
import { CORPUS, SUBJECTS } from './corpus/all.ts'
import { EXPLANATIONS } from './explanations.ts'

/** By name of the proxy, this edge first, then by name of the case: how the outcome differs, '' where it does not. */
export type Results = ReadonlyMap<string, ReadonlyMap<string, string>>

/** Differences without an explanation, and explanations without a difference. */
export function gaps(results: Results): string[] {
  const differing = CORPUS.filter(one => differs(results, one))
  return [
    ...differing
      .filter(({ name }) => !(name in EXPLANATIONS))
      .map(one => `not explained: ${one.name}: ${deviations(results, one).join(' | ')}`),
    ...Object.keys(EXPLANATIONS)
      .filter(name => !differing.some(one => one.name === name))
      .map(name => `explained, but there is no difference: ${name}`),
  ]
}

/** How many cases a proxy handles as required. */
export function score(results: Results, edge: string): number {
  return CORPUS.filter(({ name }) => results.get(edge)?.get(name) === '').length
}

/** The table in Markdown. @param versions of the proxies: `nginx 1.22.1, …` */
export function table(results: Results, versions: string): string {
  const edges = [...results.keys()]
  return [
    `${CORPUS.length} requests, sent to ${versions}.`,
    '',
    row('', ...edges),
    rule(1 + edges.length),
    row('as required here', ...edges.map(edge => String(score(results, edge)))),
    '',
    'Only requests with a difference are shown. “open” and “closed” are the state of the connection afterwards.',
    ...Object.entries(SUBJECTS).flatMap(([subject, cases]) => section(results, subject, cases)),
    '',
  ].join('\n')
}

function section(results: Results, subject: string, cases: readonly ConformanceCase[]): string[] {
  const shown = cases.filter(one => differs(results, one))
  const others = [...results.keys()].slice(1)
  const title = ['', `### ${subject}`, '', `${cases.length} requests, ${shown.length} with a difference.`]
  if (shown.length === 0) return title
  const rows = shown.map(one => {
    const [own = '', ...cells] = deviations(results, one)
    const required = own === '' ? describeWant(one.want) : `${describeWant(one.want)} (**but this edge: ${own}**)`
    return row(one.name, one.rule, required, ...cells.map(cell => cell || '✓'), EXPLANATIONS[one.name] ?? '')
  })
  return [
    ...title,
    '',
    row('request', 'decided by', 'required here', ...others, 'why'),
    rule(4 + others.length),
    ...rows,
  ]
}

function deviations(results: Results, { name }: ConformanceCase): string[] {
  return [...results.values()].map(found => found.get(name) ?? '')
}

function differs(results: Results, one: ConformanceCase): boolean {
  return deviations(results, one).some(deviation => deviation !== '')
}

function row(...cells: string[]): string {
  return `| ${cells.join(' | ')} |`
}

function rule(columns: number): string {
  return `|${'---|'.repeat(columns)}`
}
