/**
 * `lesson [NN] [--en]`: lists the lessons, or prints one.
 *
 * Read beside: ../folders.ts
 * Touches the world: reads the lesson.
 */
import { lessonsList, readLesson } from '../lesson-files.ts'
import { print, wordsAndFlags } from './words.ts'

export function lessonCommand(args: readonly string[]): number {
  const { words, flags } = wordsAndFlags(args, ['--en', '--json'])
  const language = flags.has('--en') ? 'en' : 'pt'
  const [number] = words
  if (number === undefined) {
    const lessons = lessonsList()
    if (flags.has('--json')) print(JSON.stringify(lessons))
    else for (const { number, pt, en } of lessons) print(`${number}  ${pt} · ${en}`)
    return 0
  }
  const lesson = readLesson(number, language)
  if (lesson === undefined) throw new Error(`${number}: não há esta lição · there is no such lesson`)
  print(flags.has('--json') ? JSON.stringify({ number, language, markdown: lesson }) : lesson.trimEnd())
  return 0
}
