/**
 * The figures of a run: what the benchmarks give, and what docs/benchmarks.md is made of.
 *
 *   benchmark ── publish(comparison) ──► main.ts ──► docs/benchmarks/figures.json ──► document.ts, plots.ts
 *
 * Read beside: document.ts (figures → Markdown), plots.ts (figures → SVG), main.ts
 * Pure: types, and how runs are joined.
 */
import type { PeerFigures } from './measure.ts'

/** A text for students: Portuguese first, then English. */
export interface Bilingual {
  readonly pt: string
  readonly en: string
}

export const BENCHMARKS_WITH_FIGURES = ['dns', 'edge', 'backend', 'chain'] as const
export type BenchmarkWithFigures = (typeof BENCHMARKS_WITH_FIGURES)[number]

/** One table, and one plot with bars: the same work, done by several programs. */
export interface Comparison {
  readonly kind: 'comparison'
  /** The name of its plot: `edge-small`. It begins with the name of the benchmark. */
  readonly id: string
  readonly benchmark: BenchmarkWithFigures
  readonly title: Bilingual
  /** Of the values: `requests per CPU second`. */
  readonly unit: Bilingual
  /** The row that the others are compared with. */
  readonly ours: string
  readonly rows: readonly ComparisonRow[]
}

export interface ComparisonRow {
  readonly name: string
  readonly value: number
  /** Further columns of the table: `{ 'p99 ms': 1.2 }`. A column that only other rows have shows a dash here. */
  readonly extra: Readonly<Record<string, number>>
}

/** The unit and rows of a comparison that counts work. @param work `{ pt: 'requisições', en: 'requests' }` */
export function perCpuSecond(work: Bilingual, figures: readonly PeerFigures[]): Pick<Comparison, 'unit' | 'rows'> {
  return {
    unit: { pt: `${work.pt} por segundo de CPU`, en: `${work.en} per CPU second` },
    rows: figures.map(({ name, perCpuSecond, extra }) => ({ name, value: perCpuSecond, extra })),
  }
}

/** One plot with lines: the response time at several rates. */
export interface Curve {
  readonly kind: 'curve'
  readonly id: string
  readonly benchmark: BenchmarkWithFigures
  readonly title: Bilingual
  readonly lines: readonly CurveLine[]
}

export interface CurveLine {
  readonly name: string
  readonly points: readonly CurvePoint[]
}

/** Response times in milliseconds, at a rate of requests a second. */
export interface CurvePoint {
  readonly rate: number
  readonly p50: number
  readonly p99: number
}

/** A sentence under the tables of a benchmark: the time to load a zone, for example. */
export interface Remark {
  readonly kind: 'remark'
  readonly id: string
  readonly benchmark: BenchmarkWithFigures
  readonly text: Bilingual
}

export type Figure = Comparison | Curve | Remark

export interface BenchMachine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGB: number
  readonly system: string
  readonly kernel: string
  /** Name and version of every program that was measured, or that made the load. */
  readonly programs: Readonly<Record<string, string>>
}

/** How long a run measures: each program once in each round. */
export interface Effort {
  readonly name: 'quick' | 'ordinary' | 'long'
  readonly rounds: number
  /** Seconds of load for each program in a round. */
  readonly seconds: number
}

/** One run of one benchmark. */
export interface BenchmarkFigures {
  readonly benchmark: BenchmarkWithFigures
  /** `2026-11-28`. */
  readonly date: string
  readonly effort: Effort
  /** The load average of the machine when the run began: other programs make figures uncertain. */
  readonly loadAverage: number
  readonly machine: BenchMachine
  readonly figures: readonly Figure[]
}

/** What a benchmark is called with. */
export interface BenchRun {
  readonly effort: Effort
  publish(figure: Figure): void
}

/** Newer figures replace those of the same benchmark; the order is always that of {@link BENCHMARKS_WITH_FIGURES}. */
export function merged(
  before: readonly BenchmarkFigures[],
  newer: readonly BenchmarkFigures[],
): readonly BenchmarkFigures[] {
  return BENCHMARKS_WITH_FIGURES.flatMap(
    name => (newer.find(one => one.benchmark === name) ?? before.find(one => one.benchmark === name)) || [],
  )
}
