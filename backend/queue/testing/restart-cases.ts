/**
 * What each engine keeps when the process of its broker ends with SIGKILL and is started again.
 *
 * Read beside: difference-cases.ts, ../redis-streams.test.ts, ../kafka.test.ts; docs/brokers.md
 * Touches the world: through the broker; ends and starts its process.
 */
import type { Test } from 'tap'
import type { BrokerBench } from './broker-bench.ts'
import { handledAfterRestart, survivors } from './difference-cases.ts'

/** @param restart ends the broker's process with SIGKILL, and resolves when the next one is ready */
export function restartCases(t: Test, bench: BrokerBench, name: string, restart: () => Promise<void>): void {
  t.test('a consumer that was reading before the restart of the broker goes on', async t => {
    t.strictSame(await handledAfterRestart(bench, 'continua', restart), ['antes', 'depois'])
  })

  t.test(`kill -9 to ${name}: what was published is delivered after its restart`, async t => {
    t.strictSame(
      await survivors(bench, 'morte', restart),
      Array.from({ length: 20 }, (_, n) => n),
    )
  })
}
