/**
 * Tests that need a program which may not be installed: named-checkzone, dig, nsd …
 *
 * Touches the world: looks for programs.
 */
import { execFileSync } from 'node:child_process'

/** The folders in which Debian installs servers; not in every PATH. */
process.env.PATH = `${process.env.PATH}:/usr/sbin:/sbin`

/** Options for `t.test()`: skips, with the reason, unless every program is installed; under CI=true nothing is skipped. */
export function withProgram(...programs: string[]): { skip: string | false } {
  const missing = programs.filter(program => !isInstalled(program))
  return { skip: missing.length > 0 && process.env.CI !== 'true' && `not installed: ${missing.join(', ')}` }
}

function isInstalled(program: string): boolean {
  try {
    execFileSync('sh', ['-c', 'command -v "$0"', program], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
