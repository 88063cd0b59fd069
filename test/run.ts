/**
 * Shell: `npm test`. Runs every test (or the files named as arguments), then holds the bars that no single test can hold:
 * 90 % of all lines covered, and in CI nothing skipped.
 *
 * Read beside: .taprc, lab/setup.sh (which ran before this)
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'

const LINES_COVERED_MIN = 90

interface Covered {
  readonly lines: { readonly total: number; readonly covered: number; readonly pct: number }
}

const files = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'lab-test-'))
const output = join(folder, 'all.tap')
const tap = spawn('tap', ['run', ...files, `--output-file=${output}`, '--coverage-report=json-summary'], {
  stdio: ['ignore', 'inherit', 'inherit'],
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => tap.kill(signal))
const [code] = await once(tap, 'exit')
const { pass, fail, skip } = counts(readFileSync(output, 'utf8'))
rmSync(folder, { recursive: true })

const complaints: string[] = []
if (code !== 0) complaints.push('a test failed')
if (pass + fail === 0) complaints.push('no test ran')
if (process.env.CI && skip > 0) complaints.push(`${skip} skipped, which CI does not accept: the reasons are above`)
if (files.length === 0) complaints.push(...coverageComplaints())
for (const complaint of complaints) process.stdout.write(`npm test: ${complaint}\n`)
process.stdout.write(`${pass} passed, ${fail} failed, ${skip} skipped\n`)
process.exitCode = complaints.length === 0 ? 0 : 1

/** The totals in the last comment that tap writes: `# { total: 6, pass: 5, skip: 1 }`. */
function counts(tapOutput: string): { pass: number; fail: number; skip: number } {
  const summary = tapOutput.match(/^# \{ total: .*\}$/gm)?.at(-1) ?? ''
  const count = (word: string) => Number(new RegExp(`\\b${word}: (\\d+)`).exec(summary)?.[1] ?? 0)
  return { pass: count('pass'), fail: count('fail'), skip: count('skip') }
}

function coverageComplaints(): string[] {
  const summary: Record<string, Covered> = JSON.parse(readFileSync('.tap/report/coverage-summary.json', 'utf8'))
  const total = summary.total?.lines.pct ?? 0
  process.stdout.write(`lines covered: ${total} %\n`)
  if (total >= LINES_COVERED_MIN) return []
  const worst = Object.entries(summary)
    .filter(([file]) => file !== 'total')
    .map(([file, { lines }]) => ({ file: relative(process.cwd(), file), missing: lines.total - lines.covered }))
    .sort((a, b) => b.missing - a.missing)
    .slice(0, 10)
  for (const { file, missing } of worst) process.stdout.write(`  ${file}: ${missing} lines not covered\n`)
  return [`${total} % of lines are covered; ${LINES_COVERED_MIN} % are needed`]
}
