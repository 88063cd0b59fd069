/**
 * Grades a student's file: the outcomes of its functions are compared with those of ours, for the cases of the exercise and for others that are
 * generated from a seed.
 *
 * Read beside: sandbox.ts (which runs the student's file), ../exercise/exercise.ts
 * Touches the world: through the sandbox; loads our file.
 */
import type { Exercise, StudentModule } from '../exercise/exercise.ts'
import { callWithin } from '../exercise/guard.ts'
import { randomFrom } from '../exercise/random.ts'
import { type GradeItem, item } from './grade.ts'
import { outcomeOf, outcomeText, type SubmissionOutcome, sameOutcome } from './outcome.ts'
import { runInSandbox } from './sandbox.ts'

const GENERATED = 200
/** Points for the cases of the exercise, one share each; and for the generated ones together. */
const NAMED_POINTS = 6
const GENERATED_POINTS = 4
/** Our own functions need a fraction of a millisecond; the limit is there because the guard has one. */
const OWN_LIMIT_MS = 5_000

/**
 * @param file the student's file
 * @param run  calls its functions; not in the sandbox only for files that are trusted
 */
export async function gradeExercise(
  exercise: Exercise,
  file: string,
  seed: string,
  run: typeof runInSandbox = runInSandbox,
): Promise<GradeItem[]> {
  const random = randomFrom(`${exercise.number} ${seed}`)
  const generated = Array.from({ length: GENERATED }, () => exercise.generate(random))
  const inputs = [...exercise.cases.map(({ input }) => input), ...generated]
  const own = (await import(new URL(`../../${exercise.replaces}`, import.meta.url).href)) as StudentModule
  const expected = outcomesHere(exercise, own, inputs)
  const { outcomes, trouble } = await run(exercise, file, inputs)
  return itemsFor(exercise, inputs, expected, outcomes, trouble)
}

/** Calls functions that are trusted, in this process. */
export function outcomesHere(
  exercise: Exercise,
  functions: StudentModule,
  inputs: readonly unknown[],
  ms = OWN_LIMIT_MS,
): SubmissionOutcome[] {
  return inputs.map(input =>
    outcomeOf(
      exercise,
      callWithin(ms, () => JSON.stringify(exercise.run(functions, input))),
    ),
  )
}

/** One item for each case of the exercise, and one for all generated inputs. */
function itemsFor(
  { cases }: Exercise,
  inputs: readonly unknown[],
  expected: readonly SubmissionOutcome[],
  outcomes: readonly SubmissionOutcome[],
  trouble = 'o programa terminou antes',
): GradeItem[] {
  const pairs = expected.map((wanted, i) => ({ wanted, seen: outcomes[i] ?? { failure: trouble }, input: inputs[i] }))
  const share = NAMED_POINTS / cases.length
  const named = pairs
    .slice(0, cases.length)
    .map(({ wanted, seen }, i) =>
      item(cases[i]?.name ?? '', sameOutcome(wanted, seen), share, outcomeText(seen), outcomeText(wanted)),
    )
  const others = pairs.slice(cases.length)
  const wrong = others.filter(({ wanted, seen }) => !sameOutcome(wanted, seen))
  const title = `${others.length} entradas sorteadas`
  if (wrong.length === 0) return [...named, { title, points: GENERATED_POINTS, max: GENERATED_POINTS }]
  const [first] = wrong
  const points = (GENERATED_POINTS * (others.length - wrong.length)) / others.length
  const seen = `${wrong.length} erradas; a primeira, ${JSON.stringify(first?.input)}: ${outcomeText(first?.seen ?? { failure: '' })}`
  return [
    ...named,
    { title, points, max: GENERATED_POINTS, seen, expected: outcomeText(first?.wanted ?? { failure: '' }) },
  ]
}
