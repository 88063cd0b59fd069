/**
 * A digest of TAP: one line for each test file, and the whole output of what failed or was skipped.
 *
 * Read beside: run.ts; the Test Anything Protocol, version 14 ("Subtests")
 * Pure: lines in, lines out.
 */

export interface Counts {
  pass: number
  fail: number
  skip: number
}

export class Digest {
  readonly counts: Counts = { pass: 0, fail: 0, skip: 0 }
  /** The lines of what was skipped, each with its reason. */
  readonly skipped: string[] = []
  /** Test files whose result has come. */
  done = 0
  readonly #seconds: { readonly file: string; readonly seconds: number }[] = []
  readonly #total: number
  /** The indented lines of the file whose result has not come yet. */
  #body: string[] = []

  /** @param total how many test files there are */
  constructor(total: number) {
    this.#total = total
  }

  /** Takes one line of TAP. @returns the lines to print, often none */
  take(line: string): string[] {
    const summary = /^# \{ total: .*\}$/.exec(line)?.[0]
    if (summary) this.#read(summary)
    const result = /^(not ok|ok) \d+ - (.*?)(?: # time=([\d.]+)ms)?$/.exec(line)
    if (!result) {
      if (/^\s/.test(line)) this.#body.push(line)
      return []
    }
    const [, verdict = '', file = '', time = '0'] = result
    const body = this.#body
    this.#body = []
    this.done++
    this.skipped.push(...body.filter(isSkipped))
    const seconds = Number(time) / 1000
    this.#seconds.push({ file, seconds })
    const position = `${this.done}`.padStart(`${this.#total}`.length)
    const head = `${verdict.padEnd(7)} ${inSeconds(seconds)}  ${position} of ${this.#total}  ${file}`
    return [head, ...body.filter(verdict === 'ok' ? isSkipped : isTelling)]
  }

  /** The lines of the files that took longest, the slowest first. */
  slowest(count: number): string[] {
    const longestFirst = this.#seconds.toSorted((one, other) => other.seconds - one.seconds)
    return longestFirst.slice(0, count).map(({ file, seconds }) => `${inSeconds(seconds)}  ${file}`)
  }

  #read(summary: string): void {
    const count = (word: string) => Number(new RegExp(`\\b${word}: (\\d+)`).exec(summary)?.[1] ?? 0)
    Object.assign(this.counts, { pass: count('pass'), fail: count('fail'), skip: count('skip') })
  }
}

const inSeconds = (seconds: number) => `${seconds.toFixed(1).padStart(5)} s`

function isSkipped(line: string): boolean {
  return /^\s+ok \d+.* # SKIP\b/i.test(line)
}

/** Everything but what passed, and the headings and plans around it. */
function isTelling(line: string): boolean {
  return isSkipped(line) || !/^\s+(ok \d+|# Subtest:|# time=|\d+\.\.\d+|$)/.test(line)
}
