/**
 * What a command of `npm run lab` is.
 *
 * Read beside: ../command.ts (the table of all commands)
 * Pure: types alone.
 */

export interface CommandContext {
  /** The lab's folder. */
  readonly folder: string
  /** `--json`: data as one line of JSON instead of text for people. */
  readonly json: boolean
  /** Writes one line to standard output. */
  print(line: string): void
  /** Writes one line to standard error: progress, which is not part of the answer. */
  note(line: string): void
}

export interface LabCommand {
  /** It lasts as long as the user likes: no progress is shown. */
  readonly unhurried?: true
  /** Whether the command can have these arguments. Otherwise the list of commands is printed. */
  accepts(args: readonly string[]): boolean
  /** @returns the exit code; an error is printed as one sentence, and is exit code 1 */
  run(args: readonly string[], context: CommandContext): number | Promise<number>
}
