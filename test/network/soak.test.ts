/**
 * A minute of the soak (`npm run bench -- soak` takes half an hour): visitors use the lab at 70 % of what this machine can do, and seven random
 * faults happen, one after the other. Whatever fails, nothing that was acknowledged is lost, no response is wrong, and no program holds more and more
 * memory or descriptors.
 *
 * Another list of faults: `SEED=7 npm test -- test/network/soak.test.ts`. How long requests take, and how many fail while a host is silent, depends on
 * the machine and is not asserted.
 */
import t from 'tap'
import { inNamespace } from '../testing/namespace.ts'
import { until } from '../testing/until.ts'
import { whyNoFaults } from './host-faults.ts'
import { labWithVisitors } from './lab-with-visitors.ts'
import { faultAfterFault, sampleOf, soakRate } from './soak.ts'
import { faultText, soakFaults } from './soak-faults.ts'
import { trial } from './trial.ts'

const FAULTS = 7
const HOSTS = ['frontend1', 'frontend2', 'backend1', 'backend2', 'ns1', 'redis', 'mysql']
/** A program that runs for long and a new one both need less; a leak of one buffer for each request would exceed it. */
const MOST_MEGABYTES = 400
/** Once the load has ended: sockets of idle connections and of health checks. */
const MOST_DESCRIPTORS = 200

await inNamespace(
  t,
  import.meta.filename,
  () => {
    t.test('nothing acknowledged is lost in a minute of random faults', { timeout: 300_000 }, async t => {
      const seed = Number(process.env.SEED ?? 14)
      const { lab, visitors } = await labWithVisitors(t, seed)
      const rate = await soakRate(visitors, 2)
      t.comment(`${rate} requests a second`)

      const happened: string[] = []
      const trouble = faultAfterFault(
        lab,
        soakFaults(seed, HOSTS),
        faults => faults === FAULTS,
        (_, fault) => happened.push(faultText(fault)),
      )
      const report = await trial(visitors, { rate, before: 0, during: 0, after: 1 }, trouble)
      t.comment(happened.join(', '))
      for (const [reason, times] of report.reasons) t.comment(`${times} × ${reason}`)
      t.equal(happened.length, FAULTS)

      const { wrong, lostSessions, lostWrites, unreadable } = report
      t.strictSame(
        { wrong, lostSessions, lostWrites, unreadable },
        { wrong: 0, lostSessions: 0, lostWrites: 0, unreadable: [] },
      )
      t.ok(report.requests > 5 * FAULTS, `${report.requests} requests`)

      await until('connections are closed after the load', () =>
        sampleOf(lab).every(({ descriptors }) => descriptors < MOST_DESCRIPTORS),
      )
      for (const { host, megabytes } of sampleOf(lab))
        t.ok(megabytes < MOST_MEGABYTES, `${host}: ${megabytes.toFixed(0)} MB`)
    })
  },
  whyNoFaults(),
  'none',
)
