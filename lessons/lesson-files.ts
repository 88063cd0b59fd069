/**
 * The texts of the lessons: `NN-name/aula.md` in Portuguese and `NN-name/lesson.en.md` in English.
 *
 * Read beside: folders.ts
 * Touches the world: reads those files.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LESSONS, lessonFolder, ROOT } from './folders.ts'

export type LessonLanguage = 'pt' | 'en'

const FILES: Readonly<Record<LessonLanguage, string>> = { pt: 'aula.md', en: 'lesson.en.md' }

export interface LessonTitle {
  readonly number: string
  readonly pt: string
  readonly en: string
}

/** Undefined when there is no lesson with that number. */
export function readLesson(number: string, language: LessonLanguage): string | undefined {
  const folder = lessonFolder(number)
  const file = folder === undefined ? undefined : join(ROOT, 'lessons', folder, FILES[language])
  return file !== undefined && existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

/** The first heading of each lesson, in both languages. */
export function lessonsList(): LessonTitle[] {
  return LESSONS.map(folder => {
    const number = folder.slice(0, 2)
    const title = (language: LessonLanguage) => /^# (.*)$/m.exec(readLesson(number, language) ?? '')?.[1] ?? folder
    return { number, pt: title('pt'), en: title('en') }
  })
}
