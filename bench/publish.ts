/**
 * Writes what is published: docs/benchmarks/figures.json, the plots beside it, and the generated parts of docs/benchmarks.md.
 *
 * Read beside: document.ts (what is written), main.ts (when)
 * Touches the world: writes files of the repository.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { plotsOf, withFigures } from './document.ts'
import { type BenchmarkFigures, merged } from './figures.ts'

export const DOCUMENT = 'docs/benchmarks.md'
export const FOLDER = 'docs/benchmarks'
const FIGURES = join(FOLDER, 'figures.json')

export function publishedFigures(): readonly BenchmarkFigures[] {
  return existsSync(FIGURES) ? JSON.parse(readFileSync(FIGURES, 'utf8')) : []
}

/** The figures of other benchmarks stay as they were published. */
export function publish(newer: readonly BenchmarkFigures[]): void {
  // A benchmark without figures found none of the programs that it needs.
  const runs = merged(
    publishedFigures(),
    newer.filter(({ figures }) => figures.length > 0),
  )
  mkdirSync(FOLDER, { recursive: true })
  // Four digits are more than a run can repeat.
  const digits = (_: string, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value)
  writeFileSync(FIGURES, `${JSON.stringify(runs, digits, 2)}\n`)
  const written = publishedFigures()
  for (const [name, svg] of plotsOf(written)) writeFileSync(join(FOLDER, name), svg)
  writeFileSync(DOCUMENT, withFigures(readFileSync(DOCUMENT, 'utf8'), written))
}
