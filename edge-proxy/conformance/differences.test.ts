/**
 * The corpus against nginx, HAProxy and http-proxy, live: whatever they do differently has to be explained.
 */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { loopbackPrefix } from '../../test/testing/loopback.ts'
import { CORPUS } from './corpus/all.ts'
import { gaps, score } from './differences.ts'
import { EXPLANATIONS } from './explanations.ts'
import { askEverybody, missingPeers } from './live.ts'

const page = readFileSync('docs/edge-conformance.md', 'utf8')

t.test('docs/edge-conformance.md holds the table of this corpus (write-differences.ts writes it)', async t => {
  t.match(page, `${CORPUS.length} requests, asked of`)
  t.strictSame(
    Object.keys(EXPLANATIONS).filter(name => !page.includes(`| ${name} |`)),
    [],
    'every difference is in it',
  )
})

const missing = missingPeers()
t.test(
  'every difference between this edge and the others has an explanation',
  { skip: missing.length > 0 && `not installed: ${missing.join(', ')}` },
  async t => {
    const results = await askEverybody(loopbackPrefix())
    t.equal(score(results, 'this edge'), CORPUS.length, 'this edge does everything as required, also as a process')
    t.strictSame(gaps(results), [])
  },
)
