/**
 * Questions whose answers differ for each student: the numbers in them come from a seed, the student's name.
 *
 * Read beside: ../NN-…/check.ts (the questions of each lesson)
 * Pure.
 */
import { randomFrom } from '../exercise/random.ts'
import type { GradeItem } from './grade.ts'

export interface LessonQuestion {
  /** The key in `respostas.json`: `a`, `b`, `c` … */
  readonly id: string
  readonly text: string
  /** The right answer, as the student is expected to write it. */
  readonly answer: string
}

/** What a student hands in besides code: `respostas.json`. */
export interface StudentAnswers {
  readonly aluno: string
  readonly respostas: Readonly<Record<string, string>>
}

export type QuestionMaker = (random: () => number) => LessonQuestion[]

const POINTS = 2

export function questionsFor(lesson: string, student: string, make: QuestionMaker): LessonQuestion[] {
  return make(randomFrom(`perguntas ${lesson} ${normal(student)}`))
}

/** @param reveal whether the report shows the right answers: to a teacher, not to the student */
export function gradeAnswers(
  questions: readonly LessonQuestion[],
  { respostas }: StudentAnswers,
  reveal: boolean,
): GradeItem[] {
  return questions.map(({ id, text, answer }) => {
    const given = respostas[id] ?? ''
    if (normal(given) === normal(answer)) return { title: `${id}) ${text}`, points: POINTS, max: POINTS }
    const seen = given === '' ? 'sem resposta' : given
    return { title: `${id}) ${text}`, points: 0, max: POINTS, seen, ...(reveal ? { expected: answer } : {}) }
  })
}

/** Case, accents, white space and a full stop at the end do not count. */
function normal(text: string): string {
  return `${text}`
    .normalize('NFD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(/\.$/, '')
}

/** @throws Error that names the file and what is wrong */
export function parseAnswers(file: string, text: string): StudentAnswers {
  const wrong = (why: string) => new Error(`${file}: ${why}`)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw wrong(`não é JSON · is not JSON: ${(error as Error).message}`)
  }
  const { aluno, respostas } = (value ?? {}) as { aluno?: unknown; respostas?: unknown }
  if (typeof aluno !== 'string') throw wrong('falta "aluno", o seu nome · "aluno", your name, is missing')
  if (typeof respostas !== 'object' || respostas === null) throw wrong('falta "respostas" · "respostas" is missing')
  const texts = Object.entries(respostas).map(([id, given]) => [id, `${given}`] as const)
  return { aluno, respostas: Object.fromEntries(texts) }
}
