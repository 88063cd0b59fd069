/**
 * The report of a soak, as Markdown: what was accounted for, and whether latency, memory and descriptors stayed flat.
 *
 * Read beside: soak-run.ts (which measures), test/network/trial.ts (the counts)
 * Pure: visits and samples in, Markdown out.
 */
import type { SoakSample } from '../test/network/soak.ts'
import type { TrialReport } from '../test/network/trial.ts'
import type { Visit } from '../test/network/visitors.ts'
import { median } from './measure.ts'

/** Rows of the table: the soak is cut into as many parts of the same length. */
const PARTS = 6

export interface SoakRun {
  readonly seed: number
  readonly rate: number
  readonly faults: number
  readonly report: TrialReport
  readonly visits: readonly Visit[]
  readonly samples: readonly SoakSample[]
}

export function soakReport(run: SoakRun): string {
  const { seed, rate, faults, report } = run
  const { requests, failedReads, failedWrites, failedLogins, wrong, lostSessions, lostWrites, unreadable } = report
  return [
    `seed ${seed}: ${requests.toLocaleString('en')} requests at ${rate} a second, ${faults} faults`,
    markdown(
      ['failed reads', 'failed writes', 'failed log-ins', 'wrong', 'lost sessions', 'lost writes', 'unreadable rows'],
      [[failedReads, failedWrites, failedLogins, wrong, lostSessions, lostWrites, unreadable.length]],
    ),
    markdown(
      ['minutes', 'requests', 'failed', 'reads: p50 ms', 'p99 ms', 'MB of all programs', 'descriptors of all programs'],
      partsOf(run),
    ),
    report.reasons.map(([reason, times]) => `- ${times} × ${reason}`).join('\n'),
  ].join('\n\n')
}

function partsOf({ visits, samples }: SoakRun): (string | number)[][] {
  const [start = 0, end = 1] = [visits[0]?.at, visits.at(-1)?.at]
  const length = (end - start) / PARTS
  return Array.from({ length: PARTS }, (_, index) => {
    const isIn = ({ at }: { at: number }) => Math.min(PARTS - 1, Math.floor((at - start) / length)) === index
    const own = visits.filter(isIn)
    const right = own.filter(({ kind, verdict }) => kind === 'read' && verdict === 'right').map(({ ms }) => ms)
    const taken = samples.filter(isIn)
    const held = (of: 'megabytes' | 'descriptors') =>
      median(taken.map(({ processes }) => processes.reduce((sum, process) => sum + process[of], 0)))
    return [
      `${((index * length) / 60_000).toFixed(1)}–${(((index + 1) * length) / 60_000).toFixed(1)}`,
      own.length,
      own.filter(({ verdict }) => verdict !== 'right').length,
      median(right).toFixed(1),
      (right.toSorted((a, b) => a - b)[Math.floor(right.length * 0.99)] ?? Number.NaN).toFixed(0),
      taken.length > 0 ? held('megabytes').toFixed(0) : '–',
      taken.length > 0 ? Math.round(held('descriptors')) : '–',
    ]
  })
}

function markdown(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n')
}
