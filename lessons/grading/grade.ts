/**
 * What a grade is made of: items with points, each with what was seen and what was expected.
 *
 * Read beside: grade-exercise.ts, questions.ts (which make items), report.ts (which prints them)
 * Pure.
 */

export interface GradeItem {
  readonly title: string
  readonly points: number
  readonly max: number
  /** What was seen, and what was expected, when it is not right. */
  readonly seen?: string
  readonly expected?: string
}

export interface Grade {
  /** `02` */
  readonly lesson: string
  /** The student's name, or the folder that was graded. */
  readonly student: string
  readonly seed: string
  readonly items: readonly GradeItem[]
}

export function pointsOf({ items }: Pick<Grade, 'items'>): { points: number; max: number } {
  const sum = (values: readonly number[]) => Math.round(100 * values.reduce((a, b) => a + b, 0)) / 100
  return { points: sum(items.map(({ points }) => points)), max: sum(items.map(({ max }) => max)) }
}

/** An item that is right or wrong. */
export function item(title: string, right: boolean, max: number, seen: string, expected: string): GradeItem {
  return right ? { title, points: max, max } : { title, points: 0, max, seen, expected }
}
