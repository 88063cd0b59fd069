/**
 * The corpus through nginx, HAProxy and http-proxy: each difference from this edge must have an explanation.
 */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { loopbackPrefix } from '../../test/testing/loopback.ts'
import { CORPUS } from './corpus/all.ts'
import { gaps, score } from './differences.ts'
import { EXPLANATIONS } from './explanations.ts'
import { missingPeers, runCorpusOnPeers } from './run-peers.ts'

const page = readFileSync('docs/edge-conformance.md', 'utf8')

t.test(
  'docs/edge-conformance.md contains the table of this corpus (write it anew with write-differences.ts)',
  async t => {
    t.match(page, `${CORPUS.length} requests, sent to`)
    t.strictSame(
      Object.keys(EXPLANATIONS).filter(name => !page.includes(`| ${name} |`)),
      [],
      'every explained difference is in the table',
    )
  },
)

const missing = missingPeers()
t.test(
  'every difference between this edge and the other proxies has an explanation',
  { skip: missing.length > 0 && `not installed: ${missing.join(', ')}` },
  async t => {
    const results = await runCorpusOnPeers(loopbackPrefix())
    t.equal(score(results, 'this edge'), CORPUS.length, 'this edge behaves as required, as a separate process too')
    t.strictSame(gaps(results), [])
  },
)
