/**
 * A folder for one test, gone when the test ends. With a short path, other than tap's own: Unix sockets live in it (unix(7)).
 *
 * Touches the world: makes and removes a folder.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'

export function scratch(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'lab-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
