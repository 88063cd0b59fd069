import t from 'tap'
import { seeded } from '../../backend/testing/random.ts'
import { giveBack, isOver, MOST_SEATS, obstacle, type ReservationFacts, reserve, type Seats } from './sale.ts'

t.test('reserve() takes seats only where there are enough', async t => {
  t.strictSame(reserve({ total: 10, available: 3 }, 3), { total: 10, available: 0 })
  t.equal(reserve({ total: 10, available: 3 }, 4), undefined)
})

t.test('obstacle() is the end of a reservation, or its time', async t => {
  const reserved: ReservationFacts = { quantity: 1, state: 'reserved', expiresAt: 1000 }
  t.equal(obstacle(reserved, 999), undefined)
  t.equal(obstacle(reserved, 1000), 'expired', 'from this millisecond on')
  for (const state of ['bought', 'cancelled', 'expired'] as const) t.equal(obstacle({ ...reserved, state }, 0), state)
})

t.test('available + reserved + sold = total after any sequence of actions, and nothing is negative', async t => {
  for (let seed = 1; seed <= 50; seed++) {
    const numbers = seeded(seed)
    const random = (below: number) => Math.floor(numbers() * below)
    const total = 1 + random(20)
    let seats: Seats = { total, available: total }
    let now = 0
    const made: ReservationFacts[] = []
    const end = (index: number, state: 'bought' | 'cancelled' | 'expired') => {
      const reservation = made[index] as ReservationFacts
      made[index] = { ...reservation, state }
      if (state !== 'bought') seats = giveBack(seats, reservation)
    }
    for (let step = 0; step < 200; step++) {
      now += random(50)
      const index = random(made.length || 1)
      const chosen = made[index]
      const action = random(4)
      if (action === 0) {
        const quantity = 1 + random(MOST_SEATS)
        const after = reserve(seats, quantity)
        if (after) made.push({ quantity, state: 'reserved', expiresAt: now + 100 })
        seats = after ?? seats
      } else if (action === 1) {
        for (const [index, each] of made.entries())
          if (each.state === 'reserved' && isOver(each, now)) end(index, 'expired')
      } else if (chosen && obstacle(chosen, now) === undefined) end(index, action === 2 ? 'bought' : 'cancelled')
      const held = made.filter(({ state }) => state === 'reserved' || state === 'bought')
      const sum = held.reduce((sum, { quantity }) => sum + quantity, 0)
      if (seats.available + sum !== total || seats.available < 0) t.fail(`seed ${seed}, step ${step}`)
    }
  }
  t.pass('50 sequences of 200 actions')
})
