/**
 * The lessons as the painel reads them, once, at its start. Without the folder (an image that does not contain it) there are none.
 *
 * Read beside: lessons/README.md
 * Touches the world: reads `lessons/NN-name/aula.md` and `lesson.en.md`.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type LessonStep, stepsIn } from './steps.ts'

export interface LessonText {
  /** `02` */
  readonly number: string
  readonly pt: string
  readonly en: string
}

/** @param folder the default is that of the repository */
export function readLessons(folder: string = fileURLToPath(new URL('../../lessons/', import.meta.url))): LessonText[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter(name => /^\d\d-/.test(name) && existsSync(`${folder}/${name}/aula.md`))
    .sort()
    .map(name => ({
      number: name.slice(0, 2),
      pt: readFileSync(`${folder}/${name}/aula.md`, 'utf8'),
      en: readFileSync(`${folder}/${name}/lesson.en.md`, 'utf8'),
    }))
}

export function stepsOf(lessons: readonly LessonText[]): ReadonlyMap<string, readonly LessonStep[]> {
  return new Map(lessons.map(({ number, pt }) => [number, stepsIn(pt)]))
}
