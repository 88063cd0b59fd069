/**
 * `exercise NN [--again]`: puts the stub and the file for the answers into `exercises/NN/`. Work that is there is never overwritten.
 *
 * Read beside: ../exercise/exercise.ts, ../folders.ts
 * Touches the world: writes into the folder of the exercises.
 */
import { copyFileSync, existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { CHECKS } from '../checks.ts'
import { EXERCISES, exerciseNumbered } from '../exercises.ts'
import { answersFile, stubFile, studentFile } from '../folders.ts'
import { outcomeText } from '../grading/outcome.ts'
import { questionsFor } from '../grading/questions.ts'
import { runInSandbox } from '../grading/sandbox.ts'
import { print, wordsAndFlags } from './words.ts'

export function exerciseCommand(args: readonly string[]): number {
  const { words, flags } = wordsAndFlags(args, ['--again', '--json'])
  const [number] = words
  if (number === undefined) return list(flags.has('--json'))
  const lesson = number.padStart(2, '0')
  const check = CHECKS[lesson]
  if (check === undefined) {
    throw new Error(`${number}: não há esta lição · there is no such lesson; ${Object.keys(CHECKS).join(', ')}`)
  }
  const exercise = exerciseNumbered(lesson)
  const written = [
    ...(exercise === undefined ? [] : [put(studentFile(exercise), flags.has('--again'), copyOf(stubFile(exercise)))]),
    put(answersFile(lesson), false, emptyAnswers(questionsFor(lesson, '', check.questions).map(({ id }) => id))),
  ]
  if (flags.has('--json')) print(JSON.stringify({ lesson, files: written }))
  else {
    for (const { file, what, kept } of written) {
      print(`${what} ${file}${kept === undefined ? '' : ` (o anterior · the one before: ${kept})`}`)
    }
    print('')
    print(`Escreva o seu nome em · write your name into ${answersFile(lesson)}`)
    print(`Confira · check: npm run lab -- check ${lesson}`)
    if (exercise) print(`O laboratório com o seu código · the lab with your code: npm start -- --exercise=${lesson}`)
  }
  return 0
}

/** `ready NN`: whether the lab can run with the student's file. Used by `npm start -- --exercise=NN`. */
export async function readyCommand([number = '']: readonly string[]): Promise<number> {
  const exercise = exerciseNumbered(number)
  if (exercise === undefined) {
    const numbers = EXERCISES.map(({ number }) => number).join(', ')
    throw new Error(`--exercise=${number}: não existe; há · does not exist; there are ${numbers}`)
  }
  const file = studentFile(exercise)
  if (!existsSync(file)) {
    throw new Error(`${file} não existe · does not exist: npm run lab -- exercise ${exercise.number}`)
  }
  const { trouble } = await runInSandbox(exercise, file, [])
  if (trouble !== undefined) throw new Error(`${file}: ${outcomeText({ failure: trouble })}`)
  print(JSON.stringify({ file, replaces: exercise.replaces, components: exercise.components }))
  return 0
}

function list(json: boolean): number {
  if (json)
    print(JSON.stringify(EXERCISES.map(({ number, title, file, replaces }) => ({ number, title, file, replaces }))))
  else for (const { number, title, replaces } of EXERCISES) print(`${number}  ${title}  (${replaces})`)
  return 0
}

interface WrittenFile {
  readonly file: string
  readonly what: 'criado · created' | 'já existe, não foi alterado · exists, not changed'
  readonly kept?: string
}

/** @param again a file that is there is kept under another name, and begun anew */
function put(file: string, again: boolean, write: (file: string) => void): WrittenFile {
  mkdirSync(dirname(file), { recursive: true })
  if (!existsSync(file)) {
    write(file)
    return { file, what: 'criado · created' }
  }
  if (!again) return { file, what: 'já existe, não foi alterado · exists, not changed' }
  const kept = nameForCopy(file)
  renameSync(file, kept)
  write(file)
  return { file, what: 'criado · created', kept }
}

/** `rotation.1.ts`, `rotation.2.ts` … */
function nameForCopy(file: string): string {
  const extension = extname(file)
  for (let n = 1; ; n++) {
    const name = join(dirname(file), `${file.slice(dirname(file).length + 1, -extension.length)}.${n}${extension}`)
    if (!existsSync(name)) return name
  }
}

function copyOf(stub: string): (file: string) => void {
  return file => copyFileSync(stub, file)
}

function emptyAnswers(ids: readonly string[]): (file: string) => void {
  const respostas = Object.fromEntries(ids.map(id => [id, '']))
  return file => writeFileSync(file, `${JSON.stringify({ aluno: '', respostas }, null, 2)}\n`)
}
