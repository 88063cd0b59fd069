import t from 'tap'
import { FakeClock } from '#shared/clock.ts'
import { hostNamed, networkMap } from '#shared/network-map.ts'
import { loopbackPrefix } from '../../test/testing/loopback.ts'
import { until } from '../../test/testing/until.ts'
import { Observer } from '../map/observer.ts'
import { Follower } from './follower.ts'

/** No component runs here: each connection is refused. */
const map = networkMap(loopbackPrefix(), 'high')

/** Stops and starts again during a pause. @returns how many pauses there are in each of the next rounds */
async function pausesAfterRestart(clock: FakeClock, watcher: { start(): void; stop(): void }): Promise<number[]> {
  const nextRound = async () => {
    const [first = 0] = clock.pending
    clock.advance(first)
    await until('the next pause', () => clock.pending.length > 0)
  }
  watcher.start()
  await until('the first pause', () => clock.pending.length === 1)
  watcher.stop()
  watcher.start()
  await until('the pause of the second start', () => clock.pending.length === 2)
  const pauses: number[] = []
  for (let round = 0; round < 5; round++) {
    await nextRound()
    pauses.push(clock.pending.length)
  }
  watcher.stop()
  return pauses
}

t.test('Follower: a component is followed once, also after a stop and a start during a pause', async t => {
  const clock = new FakeClock()
  const host = hostNamed(map, 'backend1')
  const follower = new Follower({ host, clock, share: () => 1, onEvent: () => {} })
  t.strictSame(await pausesAfterRestart(clock, follower), [1, 1, 1, 1, 1])
})

t.test(
  'Observer: the components are looked at once in a round, also after a stop and a start during a pause',
  async t => {
    const clock = new FakeClock()
    const observer = new Observer({ map, labFolder: undefined, mayChange: false, clock, onChange: () => {} })
    t.strictSame(await pausesAfterRestart(clock, observer), [1, 1, 1, 1, 1])
  },
)
