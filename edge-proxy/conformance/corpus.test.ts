/**
 * Every request of the corpus through a real edge: at once, and octet by octet, which must make no difference.
 */
import t from 'tap'
import { openEdge } from '../testing/edge.ts'
import type { Case } from './case.ts'
import { CORPUS, SUBJECTS } from './corpus/all.ts'
import { complaints } from './judge.ts'
import { observe } from './observe.ts'
import { Recorder } from './recorder.ts'

const PATIENCE_MS = 10_000
/** Longer requests are not sent octet by octet: that is what http1's own tests and the fuzzer do. */
const OCTETWISE_LIMIT = 1000

t.test('each name stands for one request', async t => {
  const names = CORPUS.map(({ name }) => name)
  t.strictSame(names, [...new Set(names)])
})

for (const [subject, cases] of Object.entries(SUBJECTS)) {
  t.test(`edge answers, forwards and closes as required: ${subject}`, async t => {
    const recorder = new Recorder('backend1')
    await recorder.listen()
    const { port } = await openEdge(t, [recorder as never])
    const check = async (name: string, one: Case, octetwise: boolean) => {
      const outcome = await observe(one, { address: '127.0.0.1', port }, recorder, { patience: PATIENCE_MS, octetwise })
      t.strictSame(complaints(one, outcome, { octetwise }), [], name)
    }
    for (const one of cases) {
      await check(`${one.name} (${one.rule})`, one, false)
      if (one.send.length < OCTETWISE_LIMIT) await check(`${one.name}, octet by octet`, one, true)
    }
  })
}
