/**
 * `npm run lab -- lesson | exercise | check …`: the commands of the lessons.
 *
 *     node lessons/main.ts check 02 [FOLDER …] [--json | --markdown | --csv]
 *
 * Read beside: commands/ (one file for each), lab/commands/lessons.ts (which starts this)
 * Shell: what the commands open.
 */
import { describeError } from '#shared/log.ts'
import { checkCommand } from './commands/check.ts'
import { exerciseCommand, readyCommand } from './commands/exercise.ts'
import { lessonCommand } from './commands/lesson.ts'

type Command = (args: readonly string[]) => number | Promise<number>

const COMMANDS: Readonly<Record<string, Command>> = {
  lesson: lessonCommand,
  exercise: exerciseCommand,
  check: checkCommand,
  ready: readyCommand,
}

process.stdout.on('error', () => process.exit())
const [name = '', ...args] = process.argv.slice(2)
const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
try {
  if (command === undefined) throw new Error(`${JSON.stringify(name)}: lesson, exercise, check`)
  process.exitCode = await command(args)
} catch (error) {
  process.stderr.write(`lab: ${describeError(error)}\n`)
  process.exitCode = 1
}
