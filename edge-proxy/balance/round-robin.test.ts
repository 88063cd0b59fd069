import t from 'tap'
import { takeTurn } from './round-robin.ts'

/** Who is picked in `turns` turns; `down` are the indexes that are not available. */
function play(weights: number[], turns: number, down: number[] = []): string {
  const candidates = weights.map(weight => ({ weight }))
  let credits: readonly number[] = []
  let picked = ''
  for (let i = 0; i < turns; i++) {
    const turn = takeTurn(candidates, index => !down.includes(index), credits)
    credits = turn.credits
    picked += 'abc'[turn.index] ?? '-'
  }
  return picked
}

t.test('takeTurn() with equal weights is plain round robin', async t => {
  t.equal(play([1, 1, 1], 9), 'abcabcabc')
})

t.test('takeTurn() spreads weight 5, 1, 1 smoothly', async t => {
  t.equal(play([5, 1, 1], 7), 'aabacaa')
})

t.test('takeTurn() leaves out who is not available, and picks nobody when nobody is', async t => {
  t.equal(play([1, 1, 1], 6, [1]), 'acacac')
  t.equal(play([1, 1, 1], 2, [0, 1, 2]), '--')
})

t.test('takeTurn() gives everyone exactly their share, from any state', async t => {
  let seed = 1
  const random = (n: number) => {
    seed = (seed * 48271) % 2147483647
    return seed % n
  }
  for (let round = 0; round < 200; round++) {
    const weights = Array.from({ length: 1 + random(3) }, () => 1 + random(9))
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    const picked = play(weights, total * 3)
    for (const [i, weight] of weights.entries()) t.equal(picked.split('abc'[i] as string).length - 1, weight * 3)
  }
})
