/**
 * The commands in the READMEs and documents, run against a lab: every fence marked `sh` must end with exit code 0.
 *
 * The documents speak of 127.20.0; here the same commands go to the lab of this test.
 */
import { execFile, execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import t from 'tap'
import { LOOPBACK_PREFIX } from '#shared/network-map.ts'
import { ask } from '../lab/control-client.ts'
import { forget, startLab } from './testing/lab.ts'

const COMMAND_TIMEOUT_MS = 60_000

const documents = execFileSync('git', ['ls-files', '*.md'], { encoding: 'utf8' }).trim().split('\n')
const fences = documents.flatMap(file =>
  [...readFileSync(file, 'utf8').matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, script = '']) => ({ file, script })),
)

const lab = await startLab({ env: { LAB_PORTS: 'low' } })
t.teardown(async () => {
  await lab.stop()
  forget(lab.folder)
})

for (const { file, script } of fences) {
  t.test(`${file}: ${script.trim().split('\n')[0]}`, async t => {
    const own = script.replaceAll(LOOPBACK_PREFIX, lab.map.prefix).replaceAll('.lab/', `${lab.folder}/`)
    const run = promisify(execFile)('bash', ['-euo', 'pipefail', '-c', own], {
      env: { ...process.env, LAB_DIR: lab.folder, LAB_PREFIX: lab.map.prefix },
      timeout: COMMAND_TIMEOUT_MS,
    })
    await t.resolves(run, script)
    // What a document switches off, the next one finds on; and the spare off.
    const { components } = await ask(lab.folder, 'GET', '/status')
    for (const { name, state } of components) {
      if (state === 'running' && name === 'backend4') await ask(lab.folder, 'POST', `/stop?name=${name}`)
      if (state !== 'running' && name !== 'backend4') await ask(lab.folder, 'POST', `/start?name=${name}`)
    }
  })
}

t.test('there are commands to try', async t => {
  t.ok(fences.length > 5)
})
