/**
 * The graders of the exercises: the right solution has all points, wrong ones have fewer, and the report says where they differ.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import { scratch } from '../../test/testing/scratch.ts'
import type { Exercise, StudentModule } from '../exercise/exercise.ts'
import { EXERCISES } from '../exercises.ts'
import { ROOT, stubFile } from '../folders.ts'
import { SOLUTIONS } from '../testing/solutions.ts'
import { pointsOf } from './grade.ts'
import { gradeExercise, outcomesHere } from './grade-exercise.ts'

/** As runInSandbox(), but in this process, which is faster: these files are ours. */
async function runHere(exercise: Exercise, file: string, inputs: readonly unknown[]) {
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll("from '../../", `from '${pathToFileURL(ROOT).href}`))
  return { outcomes: outcomesHere(exercise, (await import(pathToFileURL(file).href)) as StudentModule, inputs, 300) }
}

for (const exercise of EXERCISES) {
  const { number, file } = exercise
  const { right, wrong } = SOLUTIONS[number] ?? { right: '', wrong: {} }

  t.test(`exercise ${number}: the right solution has all points, the stub has none`, async t => {
    const written = join(scratch(t), file)
    writeFileSync(written, right)
    const items = await gradeExercise(exercise, written, 'ana')
    t.strictSame(pointsOf({ items }), { points: 10, max: 10 }, JSON.stringify(items.filter(({ seen }) => seen)))
    t.strictSame(pointsOf({ items: await gradeExercise(exercise, stubFile(exercise), 'ana') }), { points: 0, max: 10 })
  })

  t.test(`exercise ${number}: each wrong solution loses points, with what was seen and expected`, async t => {
    t.ok(Object.keys(wrong).length >= 4)
    for (const [mistake, source] of Object.entries(wrong)) {
      t.not(source, right, `${mistake}: is another text`)
      const written = join(scratch(t), file.replace('.ts', '.mts'))
      writeFileSync(written, source)
      const items = await gradeExercise(exercise, written, 'ana', runHere)
      const lost = items.filter(({ points, max }) => points < max)
      t.ok(lost.length > 0, mistake)
      t.ok(
        lost.every(({ seen, expected }) => seen !== undefined && expected !== undefined),
        `${mistake}: seen and expected`,
      )
    }
  })
}
