import t from 'tap'
import { leastLoaded } from './least-connections.ts'

const all = () => true

t.test('leastLoaded() finds those with the fewest open requests', async t => {
  t.same(
    leastLoaded(
      [
        { weight: 1, active: 2 },
        { weight: 1, active: 0 },
        { weight: 1, active: 0 },
      ],
      all,
    ),
    [1, 2],
  )
  t.same(
    leastLoaded(
      [
        { weight: 1, active: 2 },
        { weight: 1, active: 0 },
      ],
      index => index === 0,
    ),
    [0],
  )
  t.same(
    leastLoaded([{ weight: 1, active: 0 }], () => false),
    [],
  )
})

t.test('leastLoaded() counts in proportion to the weight, also without open requests', async t => {
  t.same(
    leastLoaded(
      [
        { weight: 1, active: 0 },
        { weight: 2, active: 0 },
      ],
      all,
    ),
    [1],
  )
  t.same(
    leastLoaded(
      [
        { weight: 1, active: 0 },
        { weight: 2, active: 1 },
      ],
      all,
    ),
    [0, 1],
  )
})
