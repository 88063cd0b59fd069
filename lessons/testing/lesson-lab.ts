/**
 * A lab in which lessons are followed: every command of a lesson must end with exit code 0, and what it prints must be what the lesson shows, where that is
 * the same each time (fences marked `text exact`).
 *
 * Read beside: ../lessons.test.ts, ../application-lessons.test.ts
 * Touches the world: starts a lab, and runs the commands with bash.
 */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { hostsOf, LOOPBACK_PREFIX } from '#shared/network-map.ts'
import { ask } from '../../lab/control-client.ts'
import { forget, type RunningLab, scriptFor, startLab } from '../../test/testing/lab.ts'
import { ROOT } from '../folders.ts'

const COMMAND_TIMEOUT_MS = 300_000

export interface LessonLab {
  readonly lab: RunningLab
  /** Runs a script of a lesson. @returns its standard output, as in a lab at 127.20.0 */
  run(script: string): Promise<string>
  /** @param after called after so many of the commands, from 0 on */
  follow(t: Test, folder: string, after?: (commands: number) => Promise<void>): Promise<void>
}

/** The lab ends with the test file. @param exercises where the student's files are @param args of `npm start` */
export async function startLessonLab(exercises: string, args: readonly string[] = []): Promise<LessonLab> {
  const lab = await startLab({ args, env: { DRAIN_GRACE: '0', EXERCISES_DIR: exercises } })
  t.teardown(async () => {
    await lab.stop()
    forget(lab.folder)
  })
  const high = lab.map.ports === 'high' ? { HTTP_PORT: '8080', DNS_PORT: '5300', LAB_PORTS: 'high' } : {}
  // This npm runs the same scripts of package.json, and starts faster.
  const PATH = `${join(ROOT, 'lab/offline/bin')}:${process.env.PATH}`
  const own = { PATH, LAB_DIR: lab.folder, LAB_PREFIX: lab.map.prefix, EXERCISES_DIR: exercises }
  const options = { env: { ...process.env, ...own, ...high }, timeout: COMMAND_TIMEOUT_MS }

  async function run(script: string): Promise<string> {
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', scriptFor(lab, script)], options)
    return stdout.replaceAll(lab.map.prefix, LOOPBACK_PREFIX)
  }

  async function follow(t: Test, folder: string, after = async (_: number) => {}): Promise<void> {
    const text = readFileSync(`lessons/${folder}/aula.md`, 'utf8')
    t.match(text, /^# \d/, 'it has a title')
    await after(0)
    let commands = 0
    for (const [, script = '', kind, shown] of text.matchAll(
      /^```sh\n([\s\S]*?)^```$(?:\n\n```text( exact)?\n([\s\S]*?)^```$)?/gm,
    )) {
      const [first = ''] = script.split('\n')
      const printed = await run(script)
      if (kind === undefined) t.ok(true, first)
      else t.equal(printed, shown, first)
      await after(++commands)
    }
    await stopApplications(lab)
  }

  return { lab, run, follow }
}

/** The next lesson needs the machines of `www` only. */
async function stopApplications({ folder, map }: RunningLab): Promise<void> {
  const { components } = await ask(folder, 'GET', '/status')
  const names = hostsOf(map, 'application').map(({ name }) => name)
  for (const { name, state } of components) {
    if (state === 'running' && names.includes(name)) await ask(folder, 'POST', `/stop?name=${name}`)
  }
}
