/**
 * A lab on the bridge with visitors in it, for a test: both end with the test.
 *
 * Read beside: lab-on-bridge.ts, visitors.ts
 * Touches the world: starts the lab; adds accounts to MySQL; logs the visitors in.
 */
import type { Test } from 'tap'
import { hostNamed } from '#shared/network-map.ts'
import { seeded } from '../../backend/testing/random.ts'
import { addAccounts } from './accounts.ts'
import { BRIDGE_MAP } from './bridge.ts'
import { LabOnBridge } from './lab-on-bridge.ts'
import { Visitors } from './visitors.ts'

/** Without painel and SOCKS5 proxy. @param seed of what the eight visitors do */
export async function labWithVisitors(t: Test, seed: number): Promise<{ lab: LabOnBridge; visitors: Visitors }> {
  t.comment(`SEED=${seed}`)
  const lab = await LabOnBridge.start({ leftOut: ['painel', 'socks'] })
  t.teardown(() => lab.end())
  const accounts = await addAccounts(hostNamed(BRIDGE_MAP, 'mysql').address, 'pessoa', 8)
  const visitors = new Visitors(BRIDGE_MAP, accounts, seeded(seed))
  t.teardown(() => visitors.leave())
  await visitors.arrive()
  return { lab, visitors }
}
