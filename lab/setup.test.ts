/**
 * What runs before there is a Node 26: the real script, in a folder of its own, with an npm that does as each test wants.
 */
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { isAlive } from '../test/testing/processes.ts'
import { scratch } from '../test/testing/scratch.ts'
import { Spawned } from '../test/testing/spawned.ts'
import { until } from '../test/testing/until.ts'

/** A clone on which nothing is installed, beside programs that stand before the system's. */
function clone(t: Test, programs: Readonly<Record<string, string>>) {
  const folder = scratch(t)
  for (const name of ['lab', 'bin']) mkdirSync(join(folder, name))
  copyFileSync('lab/setup.sh', join(folder, 'lab/setup.sh'))
  writeFileSync(join(folder, 'package-lock.json'), '{}')
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${script}\n`)
    chmodSync(join(folder, 'bin', name), 0o755)
  }
  const env = { PATH: `${folder}/bin:${process.env.PATH}`, TMPDIR: folder, npm_lifecycle_event: 'check' }
  return {
    file: (name: string) => join(folder, name),
    run: () => new Spawned(t, ['sh', 'lab/setup.sh', '--check'], { cwd: folder, env }),
  }
}

const INSTALLS = `echo npm "$@" >>npm.log; mkdir -p node_modules/.bin; ln -sf '${process.execPath}' node_modules/.bin/node`

t.test('setup.sh installs the npm packages once', async t => {
  const { run, file } = clone(t, { npm: INSTALLS })
  for (const _ of ['first', 'second']) t.strictSame(await run().ended, { code: 0, signal: null })
  t.match(readFileSync(file('npm.log'), 'utf8'), /^npm ci [^\n]*\n$/)
  writeFileSync(file('package-lock.json'), '{ "packages": {} }')
  t.strictSame(await run().ended, { code: 0, signal: null })
  t.match(readFileSync(file('npm.log'), 'utf8'), /^(npm ci .*\n){2}$/, 'and again for another lock file')
})

t.test('setup.sh: an npm ci that fails is said to, and is made again', async t => {
  const { run, file } = clone(t, { npm: `${INSTALLS}; echo 'npm error code EAI_AGAIN' >&2; exit 1` })
  for (const _ of ['first', 'second']) {
    const setup = run()
    t.match(await setup.ended, { code: 1 })
    t.match(setup.output, /\nnpm error code EAI_AGAIN\nnpm check: .*failed \(see above\): npm ci\n$/)
  }
  t.match(readFileSync(file('npm.log'), 'utf8'), /^(npm ci .*\n){2}$/)
})

t.test('setup.sh: a Ctrl-C in the middle leaves no npm behind, and no file', async t => {
  const { run, file } = clone(t, { npm: 'sleep 1000 & echo $! >child; wait' })
  const setup = run()
  await until('npm runs', () => existsSync(file('child')) && readFileSync(file('child'), 'utf8').endsWith('\n'))
  const child = Number(readFileSync(file('child'), 'utf8'))
  setup.process.kill('SIGINT')
  t.strictSame(await setup.ended, { code: 130, signal: null })
  await until('its child has ended', () => !isAlive(child))
  t.strictSame(readdirSync(file('.')).sort(), ['bin', 'child', 'lab', 'package-lock.json'])
})

t.test('setup.sh: of two terminals, the second waits for the first', async t => {
  // npm ci begins by removing what is there: two at once would remove what the other one brings.
  const { run, file } = clone(t, { npm: `until [ -e go ]; do sleep 0.02; done; ${INSTALLS}` })
  const first = run()
  await first.says(/installing the npm packages/)
  const second = run()
  await second.says(/waiting for another terminal/)
  writeFileSync(file('go'), '')
  t.match(await Promise.all([first.ended, second.ended]), [{ code: 0 }, { code: 0 }])
  t.match(readFileSync(file('npm.log'), 'utf8'), /^npm ci .*\n$/, 'and then has nothing to do')
})

t.test('setup.sh: a Node that is too old is named', async t => {
  const { run } = clone(t, { node: 'echo v18.20.4', npm: INSTALLS })
  const setup = run()
  t.match(await setup.ended, { code: 1 })
  t.match(setup.output, /^npm check: .*Node 20 or newer is needed; this is v18\.20\.4\n$/)
})
