/**
 * `npm start` and `npm run lab` as processes under test.
 *
 * Read beside: ../main.test.ts, ../ending.test.ts
 * Touches the world: starts labs; all that they start ends with the test.
 */
import type { Test } from 'tap'
import { loopbackPrefix } from '../../test/testing/loopback.ts'
import { processesWith } from '../../test/testing/processes.ts'
import { Spawned } from '../../test/testing/spawned.ts'

/** The addresses of this test file. */
export const prefix = loopbackPrefix()
export const LAUNCHER = [process.execPath, 'lab/main.ts']

export function npmStart(t: Test, folder: string, env: Record<string, string> = {}, command = LAUNCHER): Spawned {
  return new Spawned(t, command, { env: { LAB_DIR: folder, LAB_PREFIX: prefix, DRAIN_GRACE: '0', ...env } })
}

/** `npm run lab -- …` */
export function labCommand(t: Test, folder: string, ...args: string[]): Spawned {
  return new Spawned(t, [process.execPath, 'lab/command.ts', ...args], {
    env: { LAB_DIR: folder, LAB_PREFIX: prefix },
  })
}

/** Every process that the launcher starts inherits its LAB_DIR; each test has a folder of its own. */
export function processesOf(folder: string): number[] {
  return processesWith(`LAB_DIR=${folder}`)
}
