/**
 * Shell: one soak inside a network namespace: `soak-run.ts MINUTES SEED` prints the faults as they happen, and the report at the end.
 *
 * Read beside: soak.ts (which starts this), soak-report.ts, test/network/soak.ts
 * Opens: the whole lab, on the bridge of test/network/.
 */
import { hostNamed } from '#shared/network-map.ts'
import { seeded } from '../backend/testing/random.ts'
import { addAccounts } from '../test/network/accounts.ts'
import { BRIDGE_MAP } from '../test/network/bridge.ts'
import { LabOnBridge } from '../test/network/lab-on-bridge.ts'
import { faultAfterFault, type SoakSample, soakRate } from '../test/network/soak.ts'
import { faultText, soakFaults } from '../test/network/soak-faults.ts'
import { trial } from '../test/network/trial.ts'
import { Visitors } from '../test/network/visitors.ts'
import { soakReport } from './soak-report.ts'

const [minutes, seed] = process.argv.slice(2).map(Number) as [number, number]
/** The session that lasts from the beginning to the end would be ended by the 100th log-in of the same person (backend/sessions/). */
const PEOPLE = Math.max(20, Math.ceil(minutes * 12))

const lab = await LabOnBridge.start({ leftOut: ['painel', 'socks'] })
try {
  const accounts = await addAccounts(hostNamed(BRIDGE_MAP, 'mysql').address, 'soak', PEOPLE)
  const visitors = new Visitors(BRIDGE_MAP, accounts, seeded(seed))
  await visitors.arrive()
  const rate = await soakRate(visitors, 10)
  const samples: SoakSample[] = []
  const end = performance.now() + minutes * 60_000
  const trouble = faultAfterFault(
    lab,
    soakFaults(seed, lab.names),
    () => performance.now() >= end,
    (sample, fault) => {
      samples.push(sample)
      process.stdout.write(`${sample.faults}. ${faultText(fault)}\n`)
    },
  )
  const earlier = visitors.visits.length
  const report = await trial(visitors, { rate, before: 0, during: 0, after: 2 }, trouble)
  visitors.leave()
  const visits = visitors.visits.slice(earlier)
  process.stdout.write(`\n${soakReport({ seed, rate, faults: samples.length, report, visits, samples })}\n`)
  const { wrong, lostSessions, lostWrites, unreadable } = report
  if (wrong + lostSessions + lostWrites + unreadable.length > 0) process.exitCode = 1
} finally {
  await lab.end()
}
