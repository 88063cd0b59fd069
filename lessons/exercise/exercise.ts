/**
 * What an exercise in code is: a pure file of this project that a student writes again.
 *
 * Read beside: ../exercises.ts (all of them), ../in-place/preload.ts (runs the lab with the student's file), ../grading/ (tests the file)
 * Pure: types only.
 */

/** The functions that a student's file exports. */
export type StudentModule = Readonly<Record<string, (...args: never[]) => unknown>>

/** One input with a name: what it is about, with the section of the RFC. */
export interface ExerciseCase<Input = unknown> {
  readonly name: string
  readonly input: Input
}

/** Inputs and outputs are JSON: they pass between the grader and the process that runs the student's file. */
export interface Exercise<Input = unknown> {
  /** The number of its lesson: `02`. */
  readonly number: string
  readonly title: string
  /** The file that the student writes, in `exercises/NN/`; the stub of that name is beside the lesson. */
  readonly file: string
  /** The file of this project that it replaces. */
  readonly replaces: string
  /** The functions that the file must export. Everything else of the replaced file stays ours. */
  readonly functions: readonly string[]
  /** The names of the errors that the functions throw on purpose: the message is refused, and nothing is wrong with the function. */
  readonly throws: readonly string[]
  /** The files of this project that the student's file may import while it runs. Types may come from anywhere. */
  readonly imports: readonly string[]
  /** The components that run the student's file; all others run ours, so that the lab goes on. */
  readonly components: readonly string[]
  /** Files that would answer before the student's function is called, with the source that takes their place. */
  readonly without: Readonly<Record<string, string>>
  /** The kinds of events in which its answers show. */
  readonly shownIn: readonly string[]
  readonly cases: readonly ExerciseCase<Input>[]
  /** Another input. @param random 0 ≤ random() < 1; the same numbers make the same input */
  generate(random: () => number): Input
  /** Calls the student's functions, or ours, with an input. @returns JSON, for comparison */
  run(student: StudentModule, input: Input): unknown
  /** What is wrong with a returned value, in Portuguese; undefined when the caller can use it. */
  problemWith(name: string, value: unknown): string | undefined
  /** In a running lab: what the caller gets when the student's function failed. May throw what the caller expects. */
  afterFailure(name: string, args: readonly unknown[], why: string): unknown
}
