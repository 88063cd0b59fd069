import { Session } from 'node:inspector/promises'
import { runInThisContext } from 'node:vm'
import t from 'tap'
import { linesRun, type ScriptCounts } from './lines.ts'

const SOURCE = `/** A comment. */
const table = [1, 2]

globalThis.chosen = (n) => {
  // A comment.
  if (n > 0) {
    return table[0]
  }
  return never(n)
}
function never(n) {
  return n
}
`

t.test('linesRun() counts what a call runs: no comments, no brackets, no other branch', async t => {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  runInThisContext(SOURCE, { filename: 'file:///core-path-example.js' })
  const scope = globalThis as unknown as { chosen(n: number): number }
  const counts = async (): Promise<ScriptCounts> => {
    const { result } = await session.post('Profiler.takePreciseCoverage')
    return result.find(({ url }) => url.includes('core-path-example')) ?? { url: '', functions: [] }
  }
  t.strictSame([...linesRun(await counts(), SOURCE)], [], 'loading the file is not a call')
  scope.chosen(1)
  t.strictSame([...linesRun(await counts(), SOURCE)], [4, 6, 7])
  scope.chosen(-1)
  t.strictSame([...linesRun(await counts(), SOURCE)], [4, 6, 9, 11, 12])
  session.disconnect()
})
