/**
 * `npm start -- --exercise=NN`: before anything starts, the student's file is loaded once, in a process of its own.
 *
 * Read beside: lessons/commands/exercise.ts (`ready`), lessons/in-place/preload.ts (which puts the file in place)
 * Touches the world: starts that program.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { CommandError } from './component-status.ts'

const PROGRAM = fileURLToPath(new URL('../lessons/main.ts', import.meta.url))

/** The line for the terminal. @throws CommandError when the file is missing or cannot be loaded */
export function exerciseLine(number: string): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, 'ready', number], { encoding: 'utf8' })
  if (status !== 0) throw new CommandError(stderr.trim().replace(/^lab: /, ''))
  const { file, replaces, components } = JSON.parse(stdout) as Record<'file' | 'replaces', string> & {
    components: string[]
  }
  return `! --exercise=${number}: ${file} no lugar de · in place of ${replaces} (${components.join(', ')})`
}
