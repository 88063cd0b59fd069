/**
 * The commands of the documents, run against a lab: every fence marked `sh` must end with exit code 0.
 *
 * The documents say 127.20.0 and .lab/; here the same commands go to the lab of the test.
 *
 * Read beside: ../readme.test.ts, ../readme-high-ports.test.ts
 * Touches the world: starts a lab, and runs the commands with bash.
 */
import { execFile, execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import t from 'tap'
import type { PortRange } from '#shared/network-map.ts'
import { ask } from '../../lab/control-client.ts'
import { forget, scriptFor, startLab } from './lab.ts'

const COMMAND_TIMEOUT_MS = 300_000

/** What the README says to type first, by the ports in force. */
const TYPED_FIRST = { low: {}, high: { HTTP_PORT: '8080', DNS_PORT: '5300' } } as const

interface DocumentCommands {
  readonly file: string
  readonly script: string
}

/** The lessons have a test of their own, which also compares what is printed: lessons/lessons.test.ts. */
const LESSONS = /^lessons\/\d\d-/

/** The fences marked `sh` of all documents; those that a document has in common with its translation are there once. */
export function documentCommands(): DocumentCommands[] {
  const documents = execFileSync('git', ['ls-files', '*.md'], { encoding: 'utf8' }).trim().split('\n')
  const fences = documents
    .filter(file => !LESSONS.test(file))
    .flatMap(file =>
      [...readFileSync(file, 'utf8').matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, script = '']) => ({
        file,
        script,
      })),
    )
  return fences.filter(({ script }, i) => fences.findIndex(fence => fence.script === script) === i)
}

/** One subtest for each of the commands, one after the other, against one lab on these ports. */
export async function runCommands(commands: readonly DocumentCommands[], ports: PortRange): Promise<void> {
  const lab = await startLab({ env: { LAB_PORTS: ports } })
  t.teardown(async () => {
    await lab.stop()
    forget(lab.folder)
  })
  for (const { file, script } of commands) {
    await t.test(`${ports} ports, ${file}: ${script.trim().split('\n')[0]}`, async t => {
      const run = promisify(execFile)('bash', ['-euo', 'pipefail', '-c', scriptFor(lab, script)], {
        env: { ...process.env, LAB_DIR: lab.folder, LAB_PREFIX: lab.map.prefix, ...TYPED_FIRST[ports] },
        timeout: COMMAND_TIMEOUT_MS,
      })
      await t.resolves(run, script)
      // The next document expects every machine to run, except for the spare.
      const { components } = await ask(lab.folder, 'GET', '/status')
      for (const { name, state } of components) {
        if (state === 'running' && name === 'backend4') await ask(lab.folder, 'POST', `/stop?name=${name}`)
        if (state !== 'running' && name !== 'backend4') await ask(lab.folder, 'POST', `/start?name=${name}`)
      }
    })
  }
}
