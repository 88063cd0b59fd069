/**
 * The same questions to this server, BIND and NSD, on the same zone files. Every difference is in testing/differences.ts with its
 * reason, and in docs/rfcs.md. A reason that no longer applies to any answer is a failure as well.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { inNamespace } from '../../test/testing/namespace.ts'
import { decodeMessage } from '../wire/message.ts'
import { compare, DIFFERENCES } from './testing/differences.ts'
import { missing, PeerClient, startBind, startNsd, ZONES } from './testing/peers.ts'
import { describe, questionsAbout } from './testing/questions.ts'
import { SeededNumbers } from './testing/random.ts'
import { readZones, ServerProcess } from './testing/server-process.ts'

const QUESTIONS = 1200
const SEED = 20261122

await inNamespace(
  t,
  import.meta.filename,
  () => {
    t.test('every answer is that of BIND and of NSD, or the difference has a reason', async t => {
      const server = await ServerProcess.start(t, { zones: ZONES })
      const ours = new PeerClient(server.host.address, server.host.port)
      const peers = { BIND: await startBind(t), NSD: await startNsd(t) }
      const explained = new Set<string>()
      const zones = readZones(ZONES)
      for (const asked of questionsAbout(zones, new SeededNumbers(SEED), QUESTIONS)) {
        const own = await ours.ask(asked.octets)
        for (const peer of ['BIND', 'NSD'] as const) {
          const theirs = await peers[peer].ask(asked.octets)
          const result = compare(peer, asked, own && decodeMessage(own), theirs && decodeMessage(theirs))
          for (const reason of result.reasons) explained.add(reason)
          t.strictSame(result.ours, result.theirs, `${peer}: ${describe(asked)}`)
        }
      }
      const map = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'rfcs.md'), 'utf8')
      for (const { peer, reason } of DIFFERENCES) {
        t.ok(explained.has(reason), `${peer}: still needed: ${reason}`)
        t.ok(map.includes(`| ${peer} | ${reason} |`), 'docs/rfcs.md says so too')
      }
    })
  },
  missing('named', 'nsd'),
)
