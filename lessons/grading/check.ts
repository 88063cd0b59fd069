/**
 * What the check of one lesson consists of, besides the exercise in code.
 *
 * Read beside: ../checks.ts (all of them), questions.ts, observed-lab.ts
 * Pure: types only.
 */
import type { GradeItem } from './grade.ts'
import type { ObservedLab } from './observed-lab.ts'
import type { QuestionMaker } from './questions.ts'

export interface LessonCheck {
  readonly questions: QuestionMaker
  /** What the running lab must show. @param random the same numbers for the same student @param folder with what the student hands in */
  readonly observe?: (lab: ObservedLab, random: () => number, folder: string) => Promise<GradeItem[]>
  /** What the student has to do in the lab before the check, with this student's numbers. */
  readonly task?: (random: () => number) => string
}
