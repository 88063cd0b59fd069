/**
 * Shell: `npm run lab -- COMMAND`, most of them against a running lab.
 *
 * Read beside: commands/ (one file for each group of commands), help/lab.txt, control-client.ts
 * Opens: what the command opens.
 */
import { describeError } from '#shared/log.ts'
import { browser } from './commands/browser.ts'
import { bundle } from './commands/bundle.ts'
import { dig, load } from './commands/client-commands.ts'
import { completion } from './commands/completion.ts'
import { doctor } from './commands/doctor.ts'
import { fault } from './commands/faults.ts'
import type { CommandContext, LabCommand } from './commands/lab-command.ts'
import { ofLessons } from './commands/lessons.ts'
import { down, power, reset, status } from './commands/machines.ts'
import { capture, logs, trace } from './commands/observe.ts'
import { tryExperiment } from './commands/try.ts'
import { wait } from './commands/wait.ts'
import { zone } from './commands/zone.ts'
import { isHelp, readConfig } from './config.ts'
import { help } from './help.ts'

const COMMANDS: Readonly<Record<string, LabCommand>> = {
  status,
  down,
  stop: power('stop'),
  start: power('start'),
  pause: power('pause'),
  resume: power('resume'),
  wait,
  reset,
  fault,
  try: tryExperiment,
  zone,
  dig,
  load,
  trace,
  logs,
  capture,
  browser,
  doctor,
  lesson: ofLessons('lesson'),
  exercise: ofLessons('exercise'),
  check: ofLessons('check'),
  bundle,
  completion,
}

/** A command that takes longer says so, every so often, in milliseconds. */
const QUIET_MS = 3_000

// The reader has closed the pipe, as `| head` does after its last line: there is nothing more to print.
process.stdout.on('error', error => {
  if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error
  process.exit()
})

try {
  process.exitCode = await run(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`lab: ${describeError(error)}\n`)
  process.exitCode = 1
}

async function run(words: string[]): Promise<number> {
  if (words.some(isHelp)) {
    process.stdout.write(help('lab'))
    return 0
  }
  const [name = '', ...args] = words.filter(word => word !== '--json')
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (command?.accepts(args) && command.unhurried)
    return carryOut(command, args, words.includes('--json'), line => process.stderr.write(`${line}\n`))
  if (command?.accepts(args))
    return showingThatItGoesOn(note => carryOut(command, args, words.includes('--json'), note))
  if (name !== '')
    process.stderr.write(
      `lab: isto não é um comando · this is not a command: ${JSON.stringify([name, ...args].join(' '))}\n`,
    )
  process.stderr.write(help('lab'))
  return 1
}

function carryOut(
  command: LabCommand,
  args: readonly string[],
  json: boolean,
  note: CommandContext['note'],
): number | Promise<number> {
  const { folder } = readConfig(process.env)
  return command.run(args, { folder, json, note, print: line => process.stdout.write(`${line}\n`) })
}

async function showingThatItGoesOn(work: (note: CommandContext['note']) => number | Promise<number>): Promise<number> {
  const begin = performance.now()
  let last = begin
  const note = (line: string) => {
    last = performance.now()
    process.stderr.write(`${line}\n`)
  }
  const ticking = setInterval(() => {
    const now = performance.now()
    if (now - last >= QUIET_MS)
      note(`· ${Math.round((now - begin) / 1000)} s: o laboratório está trabalhando · the lab is working`)
  }, QUIET_MS / 3)
  try {
    return await work(note)
  } finally {
    clearInterval(ticking)
  }
}
