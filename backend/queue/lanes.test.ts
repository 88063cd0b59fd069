import t from 'tap'
import { LANES, laneOf } from './lanes.ts'

t.test('laneOf() gives a key the same lane every time, and uses all lanes', async t => {
  const keys = Array.from({ length: 200 }, (_, n) => `carla-${n}`)
  const lanes = keys.map(key => laneOf(key))
  t.strictSame(
    keys.map(key => laneOf(key)),
    lanes,
  )
  t.strictSame(
    [...new Set(lanes)].sort(),
    Array.from({ length: LANES }, (_, lane) => lane),
  )
})

t.test(
  'laneOf() does not change between versions: another result would change the order of messages that wait',
  async t => {
    t.strictSame(
      ['a', 'carla', '8c1f6f0e-0000-4000-8000-000000000000', 'ção'].map(key => laneOf(key)),
      [7, 1, 4, 4],
    )
  },
)
