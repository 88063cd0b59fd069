/**
 * What a submission cannot do: read other files, write, use the network, start processes, use up memory or time.
 */
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { scratch } from '../../test/testing/scratch.ts'
import type { Exercise } from '../exercise/exercise.ts'
import { exerciseNumbered } from '../exercises.ts'
import { SOLUTIONS } from '../testing/solutions.ts'
import { runInSandbox } from './sandbox.ts'

const exercise = exerciseNumbered('02') as Exercise
const RIGHT = SOLUTIONS['02']?.right ?? ''
const inputs = exercise.cases.slice(0, 2).map(({ input }) => input)

async function run(t: Test, source: string, timeMs?: number) {
  const file = join(scratch(t), 'rotation.ts')
  writeFileSync(file, source)
  return runInSandbox(exercise, file, inputs, timeMs)
}

/** The right solution, after something that it may not do: the error is thrown when the file is loaded. */
const after = (source: string) => `${source}\n${RIGHT}`

t.test('a submission may not read other files, write, connect, or start processes', async t => {
  const target = join(scratch(t), 'written')
  const forbidden = {
    reading: `import { readFileSync } from 'node:fs'\nreadFileSync('/etc/passwd')`,
    writing: `import { writeFileSync } from 'node:fs'\nwriteFileSync(${JSON.stringify(target)}, 'x')`,
    connecting: `import { connect } from 'node:net'\nawait new Promise((done, failed) => connect(9, '127.0.0.1').on('error', failed))`,
    'starting processes': `import { execFileSync } from 'node:child_process'\nexecFileSync('true')`,
    'starting threads': `import { Worker } from 'node:worker_threads'\nnew Worker('1', { eval: true })`,
  }
  for (const [what, source] of Object.entries(forbidden)) {
    const { outcomes, trouble } = await run(t, after(source))
    t.strictSame(outcomes, [], what)
    t.match(trouble, /permission|não é permitido/i, what)
  }
  t.notOk(existsSync(target))
})

t.test('a submission may not import our solution', async t => {
  const ours = `export * from '../../dns-server/answer/rotation.ts'`
  t.match((await run(t, ours)).trouble, /é o arquivo a escrever/)
})

t.test('its environment is empty', async t => {
  const { outcomes } = await run(
    t,
    `export const rotate = () => [Object.keys(process.env).length]\nexport const nextStart = () => 0`,
  )
  t.match(outcomes, [{ value: '[[0]]' }, {}])
})

t.test('a submission that writes between the results gets a failure there, and the grading goes on', async t => {
  for (const line of ['garbage', 'null', '[]', '{"value":1}']) {
    const writes = `process.getBuiltinModule('node:fs').writeSync(3, ${JSON.stringify(`${line}\n`)})`
    const { outcomes } = await run(
      t,
      `export const rotate = () => { ${writes}; return [0] }\nexport const nextStart = () => 0`,
    )
    t.match(outcomes, [{ failure: /escreveu entre/ }, { value: '[[0]]' }], line)
  }
})

t.test('a call that does not end is stopped, and the next one is made', async t => {
  const { outcomes, trouble } = await run(
    t,
    `${RIGHT.replace('export const rotate =', 'const fine =')}\nexport const rotate = (count, start) => { if (start === 0) for (;;) {}; return fine(count, start) }`,
  )
  t.match(outcomes, [{ failure: /não terminou/ }, { value: '[[2,0,1]]' }])
  t.equal(trouble, undefined)
})

t.test('a file that does not end while it is loaded is ended', async t => {
  t.match(await run(t, after('for (;;) {}'), 1_500), { outcomes: [], trouble: 'não terminou em 1.5 s' })
})

t.test('a submission that uses up its memory is ended, and the report says so', async t => {
  const { trouble } = await run(t, after('const all = []\nfor (;;) all.push(new Array(10000).fill({}))'))
  t.match(trouble, /mais de 128 MB/)
})

t.test('a syntax error and a missing function are reported in one line', async t => {
  t.match((await run(t, 'export const rotate = (')).trouble, /SyntaxError/)
  t.match((await run(t, 'export const rotate = () => []')).trouble, /falta exportar .*nextStart/)
})
