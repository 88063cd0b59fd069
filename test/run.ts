/**
 * Shell: `npm test`. Runs every test (or the files named as arguments), lists the slowest files, then holds the bars that no single test can hold:
 * 90 % of all lines covered, and in CI nothing skipped but Kafka.
 *
 * Read beside: .taprc, digest.ts, lab/setup.sh (which ran before this)
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, readFileSync, rmSync } from 'node:fs'
import { relative } from 'node:path'
import { createInterface } from 'node:readline'
import { Digest } from './digest.ts'

const LINES_COVERED_MIN = 90
/** CI accepts that these tests are skipped: Java, Maven and a network are not part of every machine (docs/brokers.md). */
const MAY_BE_SKIPPED = /# SKIP .*\bKafka\b/
/** A run that prints nothing for this long says that it goes on, in milliseconds. */
const QUIET_MS = 10_000
/** How many of the slowest files are listed at the end. */
const SLOWEST = 10

interface Covered {
  readonly lines: { readonly total: number; readonly covered: number; readonly pct: number }
}

const begin = performance.now()
let lastLine = begin
const print = (line: string) => {
  lastLine = performance.now()
  process.stdout.write(`${line}\n`)
}
const files = process.argv.slice(2)
const total = files.length > 0 ? files.length : testFiles().length
// A whole run does not use what earlier runs have compiled and installed (testing/preload.ts, testing/database.ts).
if (files.length === 0)
  for (const made of ['compile-cache', 'mariadb-data']) rmSync(`.tap/${made}`, { recursive: true, force: true })
const digest = new Digest(total)
const tap = spawn('tap', ['run', '--reporter=tap', '--coverage-report=json-summary', ...files], {
  stdio: ['ignore', 'pipe', 'inherit'],
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => tap.kill(signal))
const exited = once(tap, 'exit')
setInterval(sayThatItGoesOn, QUIET_MS / 4).unref()
for await (const line of createInterface(tap.stdout)) for (const summary of digest.take(line)) print(summary)
const [code] = await exited

if (total > SLOWEST) {
  print(`the ${SLOWEST} slowest of ${total} files:`)
  for (const line of digest.slowest(SLOWEST)) print(`  ${line}`)
}

const { pass, fail, skip } = digest.counts
const complaints: string[] = []
if (code !== 0) complaints.push('a test failed')
if (pass + fail === 0) complaints.push('no test ran')
const refused = skip - digest.skipped.filter(line => MAY_BE_SKIPPED.test(line)).length
if (process.env.CI && refused > 0)
  complaints.push(`${refused} skipped, which CI does not accept: the reasons are above`)
if (files.length === 0) complaints.push(...coverageComplaints())
for (const complaint of complaints) print(`npm test: ${complaint}`)
print(`${pass} passed, ${fail} failed, ${skip} skipped`)
process.exitCode = complaints.length === 0 ? 0 : 1

/** As .taprc includes and excludes them. */
function testFiles(): string[] {
  return globSync('**/*.test.ts', { exclude: name => ['node_modules', '.lab', '.tap'].includes(name) })
}

function sayThatItGoesOn(): void {
  const now = performance.now()
  if (now - lastLine < QUIET_MS) return
  const what = digest.done < total ? `${digest.done} of ${total} files done` : 'collecting the coverage'
  print(`· ${Math.round((now - begin) / 1000)} s, ${what}`)
}

function coverageComplaints(): string[] {
  const summary: Record<string, Covered> = JSON.parse(readFileSync('.tap/report/coverage-summary.json', 'utf8'))
  const total = summary.total?.lines.pct ?? 0
  print(`lines covered: ${total} %`)
  if (total >= LINES_COVERED_MIN) return []
  const worst = Object.entries(summary)
    .filter(([file]) => file !== 'total')
    .map(([file, { lines }]) => ({ file: relative(process.cwd(), file), missing: lines.total - lines.covered }))
    .sort((a, b) => b.missing - a.missing)
    .slice(0, 10)
  for (const { file, missing } of worst) print(`  ${file}: ${missing} lines not covered`)
  return [`${total} % of lines are covered; ${LINES_COVERED_MIN} % are needed`]
}
