/**
 * Every request of the corpus through a real edge: in one write, and octet by octet. The outcome must be the same.
 */
import t from 'tap'
import { PATIENCE_MS } from '../../test/testing/until.ts'
import type { Files } from '../static/files.ts'
import { representationsOf } from '../static/representation.ts'
import { openEdge } from '../testing/edge.ts'
import type { ConformanceCase } from './case.ts'
import { mismatches } from './compare.ts'
import { CORPUS, SUBJECTS } from './corpus/all.ts'
import { observe } from './observe.ts'
import { Recorder } from './recorder.ts'

/** Longer requests are not sent octet by octet; the tests of http1/ and the fuzzer split them. */
const OCTETWISE_LIMIT = 1000

/** A file at /, as in the lab. */
const PAGE: Files = new Map([['/', await representationsOf(Buffer.from('<!doctype html>'), 0, '.html')]])

t.test('names in the corpus are unique', async t => {
  const names = CORPUS.map(({ name }) => name)
  t.strictSame(names, [...new Set(names)])
})

for (const [subject, cases] of Object.entries(SUBJECTS)) {
  t.test(`edge responds, forwards and closes as required: ${subject}`, async t => {
    const recorder = new Recorder('backend1')
    await recorder.listen()
    const { port } = await openEdge(t, [recorder as never], { files: PAGE })
    const check = async (name: string, one: ConformanceCase, octetwise: boolean) => {
      const outcome = await observe(one, { address: '127.0.0.1', port }, recorder, { patience: PATIENCE_MS, octetwise })
      t.strictSame(mismatches(one, outcome, { octetwise }), [], name)
    }
    for (const one of cases) {
      await check(`${one.name} (${one.rule})`, one, false)
      if (one.send.length < OCTETWISE_LIMIT) await check(`${one.name}, octet by octet`, one, true)
    }
  })
}
