/**
 * Nothing that was acknowledged is lost when a host dies: people use the lab while one host after the other is killed, or loses its
 * cable; then every session is used and every row is read.
 *
 * The whole table of hosts and failures takes a quarter of an hour (`npm run bench -- faults`, docs/what-is-lost.md). These four are the
 * mechanisms that keep requests: another backend, another edge proxy, another name server.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { inNamespace } from '../testing/namespace.ts'
import { whyNoFaults } from './host-faults.ts'
import { labWithVisitors } from './lab-with-visitors.ts'
import { type TrialReport, trial } from './trial.ts'
import { type TroubleKind, troubleOf } from './troubles.ts'

const PLAN = { rate: 40, before: 0.2, during: 3, after: 1 }

/** What a client may get for a request that cannot be repeated: a clear error. Anything else is a defect. */
const CLEAR_ERROR = /^(PATCH|POST) \S+ (50[234]\b.*|ECONNRESET|UND_ERR_SOCKET|UND_ERR_HEADERS_TIMEOUT)$/

/** A browser does not repeat a read whose connection it had just opened (client/http/retry.ts). One may be under way when its edge is killed. */
const ENDED_READ = /^GET \S+ (ECONNRESET|UND_ERR_SOCKET)$/

await inNamespace(
  t,
  import.meta.filename,
  () => {
    t.test('no session and no acknowledged write is lost, and no read fails', { timeout: 240_000 }, async t => {
      const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e6))
      const { lab, visitors } = await labWithVisitors(t, seed)
      const tried = async (name: string, kind: TroubleKind) => {
        const report = await trial(visitors, PLAN, troubleOf(lab, kind, [name]))
        assertKept(t, `${name}, ${kind}`, report)
      }
      await tried('backend1', 'kill -9')
      await tried('backend2', 'link cut')
      await tried('frontend1', 'kill -9')
      await tried('ns1', 'kill -9')

      const logs = readdirSync(join(lab.folder, 'logs'))
      t.ok(logs.length >= 10)
      for (const name of logs) {
        const text = readFileSync(join(lab.folder, 'logs', name), 'utf8')
        t.notOk(
          visitors.secrets.some(secret => text.includes(secret)),
          `${name} contains no password and no cookie`,
        )
      }
      t.ok(visitors.secrets.every(secret => secret.length > 10))
    })
  },
  whyNoFaults(),
  'none',
)

function assertKept(t: Test, what: string, report: TrialReport): void {
  const { wrong, lostSessions, lostWrites, unreadable } = report
  const ended = report.reasons.filter(([reason]) => what.startsWith('frontend') && ENDED_READ.test(reason))
  const failedReads = report.failedReads - ended.reduce((sum, [, times]) => sum + times, 0)
  t.strictSame(
    { failedReads, wrong, lostSessions, lostWrites, unreadable },
    { failedReads: 0, wrong: 0, lostSessions: 0, lostWrites: 0, unreadable: [] },
    what,
  )
  for (const one of report.reasons) if (!ended.includes(one)) t.match(one[0], CLEAR_ERROR, what)
  t.ok(report.requests > 100, `${what}: ${report.requests} requests`)
}
