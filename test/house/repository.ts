/**
 * The files of the repository, for the rules in this folder.
 *
 * Read beside: ../house.test.ts
 * Touches the world: asks git for the list, and reads the files.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

export interface SourceFile {
  readonly file: string
  readonly text: string
}

/** Once each, also in the middle of a merge, and only what is there. */
export const files: readonly string[] = [
  ...new Set(
    execFileSync('git', ['-c', 'core.quotePath=false', 'ls-files', '--cached', '--others', '--exclude-standard'], {
      encoding: 'utf8',
    })
      .trim()
      .split('\n'),
  ),
].filter(file => existsSync(file))

export function filesMatching(pattern: RegExp): SourceFile[] {
  return files.filter(file => pattern.test(file)).map(file => ({ file, text: readFileSync(file, 'utf8') }))
}

/** All TypeScript but declarations and tests. */
export const sources = filesMatching(/\.ts$/).filter(({ file }) => !/\.(?:test|d)\.ts$/.test(file))

/** Whether a file belongs to tests: it may import whatever it tests. */
export function isOfTests(file: string): boolean {
  return /\.test\.ts$|(?:^|\/)(?:testing|conformance|beside-nginx)\/|^(?:test|bench)\//.test(file)
}
