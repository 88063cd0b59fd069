/**
 * `lesson`, `exercise` and `check`: passed on to lessons/, which is above this folder.
 *
 * Read beside: lessons/main.ts
 * Touches the world: starts that program.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { LabCommand } from './lab-command.ts'

const PROGRAM = fileURLToPath(new URL('../../lessons/main.ts', import.meta.url))

export function ofLessons(name: 'lesson' | 'exercise' | 'check'): LabCommand {
  return {
    // The program itself checks its further arguments.
    accepts: args => args.length > 0 || name !== 'check',
    run: async (args, { json }) => {
      const child = spawn(process.execPath, [PROGRAM, name, ...args, ...(json ? ['--json'] : [])], { stdio: 'inherit' })
      const [code] = await once(child, 'exit')
      return code ?? 1
    },
  }
}
