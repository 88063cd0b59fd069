/**
 * `check NN [FOLDER …]`: grades one lesson, of the student at this machine or of a class.
 *
 * Without a folder, `exercises/NN/` is graded and the running lab is observed. With folders, each of them is a submission, or contains one
 * folder for each student; only code and answers are graded, because the lab of a student is not here.
 *
 * Read beside: ../grading/, ../checks.ts
 * Touches the world: reads submissions, runs them in the sandbox, asks the running lab.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { networkMap } from '#shared/network-map.ts'
import { readConfig } from '../../lab/config.ts'
import { NotRunning, statusOf } from '../../lab/control-client.ts'
import { observeTarget } from '../12-assignment/observe-target.ts'
import { rubricItems } from '../12-assignment/rubric.ts'
import { parseTarget, TARGET_OPTIONS } from '../12-assignment/target.ts'
import { CHECKS } from '../checks.ts'
import { randomFrom } from '../exercise/random.ts'
import { exerciseNumbered } from '../exercises.ts'
import { ANSWERS, answersFile } from '../folders.ts'
import type { LessonCheck } from '../grading/check.ts'
import { type Grade, type GradeItem, item, pointsOf } from '../grading/grade.ts'
import { gradeExercise } from '../grading/grade-exercise.ts'
import { ObservedLab } from '../grading/observed-lab.ts'
import { gradeAnswers, parseAnswers, questionsFor, type StudentAnswers } from '../grading/questions.ts'
import { csvReport, markdownReport, terminalReport } from '../grading/report.ts'
import { print, wordsAndFlags } from './words.ts'

const FLAGS = ['--json', '--markdown', '--csv', ...TARGET_OPTIONS.map(name => `--${name}=`)]
const OBSERVED_POINTS = 5
const CODE_POINTS = 10

export async function checkCommand(args: readonly string[]): Promise<number> {
  const { words, flags, values } = wordsAndFlags(args, FLAGS)
  const [number = '', ...folders] = words
  const lesson = number.padStart(2, '0')
  const check = CHECKS[lesson]
  if (check === undefined) {
    throw new Error(`${number}: não há esta lição · there is no such lesson; ${Object.keys(CHECKS).join(', ')}`)
  }
  if (values.target !== undefined) return checkTarget(lesson, values, flags)
  const own = folders.length === 0
  const submissions = own ? [join(answersFile(lesson), '..')] : folders.flatMap(folder => submissionsIn(folder, lesson))
  const grades: Grade[] = []
  for (const folder of submissions) grades.push(await gradeFolder(lesson, check, folder, own))
  if (flags.has('--json')) print(JSON.stringify(own ? grades[0] : grades))
  else if (flags.has('--csv')) for (const line of csvReport(grades)) print(line)
  else for (const line of grades.flatMap(flags.has('--markdown') ? markdownReport : terminalReport)) print(line)
  return !own || grades.every(grade => isComplete(grade)) ? 0 : 1
}

/** `check 12 --target=ADDRESS`: the rubric of the assignment against any system. */
async function checkTarget(
  lesson: string,
  values: Readonly<Record<string, string>>,
  flags: ReadonlySet<string>,
): Promise<number> {
  if (lesson !== '12') throw new Error('--target: só na lição 12 · in lesson 12 only')
  const target = parseTarget(values)
  const user = new URLSearchParams(target.fields).values().next().value ?? ''
  const items = rubricItems(await observeTarget(target), user)
  const grade: Grade = { lesson, student: values.target ?? '', seed: '', items }
  if (flags.has('--json')) print(JSON.stringify(grade))
  else for (const line of (flags.has('--markdown') ? markdownReport : terminalReport)(grade)) print(line)
  return isComplete(grade) ? 0 : 1
}

function isComplete(grade: Grade): boolean {
  const { points, max } = pointsOf(grade)
  return points === max
}

/** A folder with a file of the lesson is one submission; otherwise each folder in it is one. @throws Error when there is none */
function submissionsIn(folder: string, lesson: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`${folder}: não é uma pasta · is not a folder`)
  }
  if (isSubmission(folder, lesson)) return [folder]
  const inside = readdirSync(folder, { withFileTypes: true }).filter(entry => entry.isDirectory())
  if (inside.length === 0) throw new Error(`${folder}: nenhuma entrega · no submission`)
  return inside.map(({ name }) => join(folder, name)).sort()
}

function isSubmission(folder: string, lesson: string): boolean {
  const file = exerciseNumbered(lesson)?.file
  return [ANSWERS, ...(file === undefined ? [] : [file])].some(name => existsSync(join(folder, name)))
}

async function gradeFolder(lesson: string, check: LessonCheck, folder: string, own: boolean): Promise<Grade> {
  const read = readAnswers(join(folder, ANSWERS))
  const answers = 'problem' in read ? { aluno: '', respostas: {} } : read
  const student = answers.aluno.trim() || (own ? '(sem nome)' : basename(folder))
  const items = [
    ...(await codeItems(lesson, folder, student)),
    ...('problem' in read ? [item(ANSWERS, false, 0, read.problem, 'o seu nome e as suas respostas')] : []),
    ...gradeAnswers(questionsFor(lesson, answers.aluno, check.questions), answers, !own),
    ...(own ? await observedItems(lesson, check, answers.aluno, folder) : []),
  ]
  return { lesson, student, seed: answers.aluno, items }
}

function readAnswers(file: string): StudentAnswers | { problem: string } {
  if (!existsSync(file)) return { problem: `falta o arquivo ${basename(file)}` }
  try {
    return parseAnswers(file, readFileSync(file, 'utf8'))
  } catch (error) {
    return { problem: (error as Error).message }
  }
}

async function codeItems(lesson: string, folder: string, seed: string): Promise<GradeItem[]> {
  const exercise = exerciseNumbered(lesson)
  if (exercise === undefined) return []
  const file = join(folder, exercise.file)
  if (!existsSync(file)) return [item(exercise.title, false, CODE_POINTS, `falta ${exercise.file}`, exercise.file)]
  return gradeExercise(exercise, file, seed)
}

async function observedItems(
  lesson: string,
  { observe, task }: LessonCheck,
  student: string,
  folder: string,
): Promise<GradeItem[]> {
  if (observe === undefined) return []
  const numbers = () => randomFrom(`tarefa ${lesson} ${student}`)
  const todo = task === undefined ? [] : [{ title: `Tarefa: ${task(numbers())}`, points: 0, max: 0 }]
  try {
    const { prefix, ports, components } = await statusOf(readConfig(process.env).folder)
    const replicated = components.some(({ name }) => name === 'mysql2') // npm start -- --ha
    const lab = new ObservedLab(networkMap(prefix, ports, replicated))
    try {
      return [...todo, ...(await observe(lab, numbers(), folder))]
    } finally {
      lab.close()
    }
  } catch (error) {
    const seen = error instanceof NotRunning ? 'o laboratório não está ligado (npm start)' : (error as Error).message
    return [...todo, item('o laboratório em funcionamento', false, OBSERVED_POINTS, seen, 'o laboratório ligado')]
  }
}
