/**
 * Runs the student's file on inputs, in a process of its own: sandbox.ts starts it without network, files to write, or children.
 *
 *     node --permission … lessons/grading/child.ts EXERCISE.ts SUBMISSION.mts < inputs.json, and one outcome a line on fd 3
 *
 * Read beside: sandbox.ts, ../exercise/guard.ts
 * Shell: reads standard input, writes to file descriptor 3.
 */
import { readFileSync, writeSync } from 'node:fs'
import { registerHooks } from 'node:module'
import type { Exercise, StudentModule } from '../exercise/exercise.ts'
import { callWithin } from '../exercise/guard.ts'
import { allowedImport } from '../exercise/imports.ts'
import { outcomeOf, type SubmissionOutcome } from './outcome.ts'

const CASE_LIMIT_MS = 500

const [exerciseUrl = '', submissionUrl = ''] = process.argv.slice(2)
const { exercise } = (await import(exerciseUrl)) as { exercise: Exercise }
limitImports(exercise)
const inputs = JSON.parse(readFileSync(0, 'utf8')) as unknown[]
const student = (await import(submissionUrl)) as StudentModule
const missing = exercise.functions.filter(name => typeof student[name] !== 'function')
if (missing.length > 0) throw new Error(`falta exportar · missing export: ${missing.join(', ')}`)
tell({ loaded: true })
for (const input of inputs) {
  tell(
    outcomeOf(
      exercise,
      callWithin(CASE_LIMIT_MS, () => JSON.stringify(exercise.run(student, input))),
    ),
  )
}

function tell(line: SubmissionOutcome | { loaded: true }): void {
  writeSync(3, `${JSON.stringify(line)}\n`)
}

function limitImports(exercise: Exercise): void {
  registerHooks({
    resolve: (specifier, context, next) =>
      next(context.parentURL === submissionUrl ? allowedImport(exercise, specifier) : specifier, context),
  })
}
