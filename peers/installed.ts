/**
 * Whether a program of the system is installed. A program that is not installed is left out of the comparison.
 *
 * Read beside: edge-proxies.ts, bench/dns-peers.ts
 * Touches the world: asks the shell for the program's path.
 */
import { execFileSync } from 'node:child_process'

/** Also in /usr/sbin, which a user's PATH on Debian lacks. */
export function installed(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${program} || PATH=$PATH:/usr/sbin command -v ${program}`], {
      stdio: 'ignore',
    })
    return true
  } catch {
    return false
  }
}
