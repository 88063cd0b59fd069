/**
 * Runs a student's file in a child process that may read only the files it needs: no network, no files to write, no further processes,
 * and limits for time and memory.
 *
 * Node's permission model stops programs that do what they should not by mistake or by bad intent in ordinary ways; its authors do not
 * promise more (nodejs.org/api/permissions.html). A class that does not trust its students runs the grader as another user or in a container.
 *
 * Read beside: child.ts, docs/security.md
 * Touches the world: a temporary folder with a copy of the submission, and the child process.
 */
import { spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import type { Exercise } from '../exercise/exercise.ts'
import { lessonFolder, ROOT } from '../folders.ts'
import type { SubmissionOutcome } from './outcome.ts'

/** Of the child's JavaScript heap, in MB. */
const MEMORY_MB = 128
/** Of all inputs together, in milliseconds: a child that takes longer is killed. */
const TIME_MS = 20_000

/** `env` also removes what tools such as test runners add to the environment of every process: NODE_OPTIONS would load files. */
const EMPTY_ENVIRONMENT = existsSync('/usr/bin/env') ? ['/usr/bin/env', '-i'] : []

const OWN_FILES = [
  'package.json',
  'lessons/grading/child.ts',
  'lessons/grading/outcome.ts',
  'lessons/in-place/guarded.ts',
  'lessons/exercise/',
]

export interface SandboxRun {
  /** One for each input that was run, in order. */
  readonly outcomes: readonly SubmissionOutcome[]
  /** Why the file could not be loaded, or the process ended early; undefined when all inputs were run. */
  readonly trouble?: string
}

/** Calls the functions of a file with each input. @param timeMs for all inputs together, in milliseconds */
export async function runInSandbox(
  exercise: Exercise,
  file: string,
  inputs: readonly unknown[],
  timeMs = TIME_MS,
): Promise<SandboxRun> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'exercise-')))
  // With .mts, Node looks for no package.json around it.
  const submission = join(folder, 'submission.mts')
  try {
    copyFileSync(file, submission)
    return await run(exercise, submission, inputs, timeMs)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function run(
  exercise: Exercise,
  submission: string,
  inputs: readonly unknown[],
  timeMs: number,
): Promise<SandboxRun> {
  const exerciseFile = `lessons/${lessonFolder(exercise.number)}/exercise.ts`
  const readable = [...OWN_FILES, exerciseFile, ...exercise.imports].map(path => join(ROOT, path)).concat(submission)
  const urls = [join(ROOT, exerciseFile), submission].map(path => pathToFileURL(path).href)
  const [program = '', ...first] = [...EMPTY_ENVIRONMENT, process.execPath]
  const child = spawn(
    program,
    [
      ...first,
      ...['--permission', `--max-old-space-size=${MEMORY_MB}`, '--disable-warning=SecurityWarning'],
      ...readable.map(path => `--allow-fs-read=${path}`),
      ...[join(ROOT, 'lessons/grading/child.ts'), ...urls],
    ],
    { cwd: ROOT, env: {}, stdio: ['pipe', 'ignore', 'pipe', 'pipe'], timeout: timeMs, killSignal: 'SIGKILL' },
  )
  child.stdin?.on('error', () => {}) // it ended before it had read its inputs; the reason is in its output
  child.stdin?.end(JSON.stringify(inputs))
  const ended = new Promise<string>(resolve => child.once('exit', (code, signal) => resolve(`${signal ?? code}`)))
  const [results, words, how] = await Promise.all([
    text(child.stdio[3] as NodeJS.ReadableStream),
    text(child.stderr as NodeJS.ReadableStream),
    ended,
  ])
  const lines = results.split('\n').filter(line => line !== '')
  const outcomes = lines.slice(1).map(outcomeIn)
  if (lines.length === inputs.length + 1) return { outcomes }
  return { outcomes, trouble: troubleIn(words, how, timeMs) }
}

/** The submission can write to the same file descriptor: what is not an outcome must not end the grading of a class. */
const FOREIGN_LINE: SubmissionOutcome = { failure: 'o programa escreveu entre os resultados' }

function outcomeIn(line: string): SubmissionOutcome {
  let outcome: unknown
  try {
    outcome = JSON.parse(line)
  } catch {
    return FOREIGN_LINE
  }
  const { value, refused, failure } = (outcome ?? {}) as Readonly<Record<string, unknown>>
  return typeof (value ?? refused ?? failure) === 'string' ? (outcome as SubmissionOutcome) : FOREIGN_LINE
}

/** The one line of Node's words that says what is wrong. */
function troubleIn(words: string, how: string, timeMs: number): string {
  if (/heap out of memory/.test(words)) return `usou mais de ${MEMORY_MB} MB de memória`
  if (how === 'SIGKILL') return `não terminou em ${timeMs / 1000} s`
  const said = /^(?:\w*Error|Error)\b.*$/m.exec(words)?.[0] ?? words.trim().split('\n').at(-1) ?? ''
  const place = /submission\.mts:\d+/.exec(words)?.[0].replace('submission.mts', 'linha')
  return [said.replace(/^Error: /, ''), ...(place === undefined ? [] : [`(${place})`])].join(' ')
}
