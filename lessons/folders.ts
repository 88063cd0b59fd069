/**
 * Where the files of the lessons are: ours, and those that a student writes.
 *
 * Pure: names in, paths out. Paths are relative to the root of the repository, where npm runs every command.
 */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Exercise } from './exercise/exercise.ts'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** The folder of each lesson, in order. */
export const LESSONS = [
  '01-names',
  '02-round-robin',
  '03-dead-machine',
  '04-reverse-proxy',
  '05-health-checks',
  '06-sessions',
  '07-attack-day',
  '08-replicas',
  '09-ticket-sale',
  '10-messages',
  '11-tokens',
  '12-assignment',
] as const

/** The folder of the lesson with that number; `2` is `02`. Undefined when there is none. */
export function lessonFolder(number: string): string | undefined {
  return LESSONS.find(folder => folder.startsWith(`${number.padStart(2, '0')}-`))
}

/** `exercises/02/rotation.ts`; EXERCISES_DIR names another folder. */
export function studentFile({ number, file }: Exercise): string {
  return join(process.env.EXERCISES_DIR ?? 'exercises', number, file)
}

/** The stub that a student begins with. */
export function stubFile({ number, file }: Exercise): string {
  return join(ROOT, 'lessons', lessonFolder(number) ?? '', file)
}

/** What a student hands in besides code: `exercises/02/respostas.json`. */
export function answersFile(lesson: string): string {
  return join(process.env.EXERCISES_DIR ?? 'exercises', lesson, ANSWERS)
}

export const ANSWERS = 'respostas.json'
