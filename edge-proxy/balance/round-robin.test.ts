import t from 'tap'
import { nextTurn } from './round-robin.ts'

/** The backends chosen in `turns` turns; `down` are the indexes that are not available. */
function play(weights: number[], turns: number, down: number[] = []): string {
  const candidates = weights.map(weight => ({ weight }))
  let credits: readonly number[] = []
  let picked = ''
  for (let i = 0; i < turns; i++) {
    const turn = nextTurn(candidates, index => !down.includes(index), credits)
    credits = turn.credits
    picked += 'abc'[turn.index] ?? '-'
  }
  return picked
}

t.test('nextTurn() with equal weights is plain round robin', async t => {
  t.equal(play([1, 1, 1], 9), 'abcabcabc')
})

t.test('nextTurn() spreads weight 5, 1, 1 smoothly', async t => {
  t.equal(play([5, 1, 1], 7), 'aabacaa')
})

t.test('nextTurn() skips candidates that are not available, and gives -1 when none is', async t => {
  t.equal(play([1, 1, 1], 6, [1]), 'acacac')
  t.equal(play([1, 1, 1], 2, [0, 1, 2]), '--')
})

t.test('nextTurn() gives each candidate exactly its share, from any state', async t => {
  const random = seeded(1)
  for (let round = 0; round < 200; round++) {
    const weights = Array.from({ length: 1 + random(3) }, () => 1 + random(9))
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    const picked = play(weights, total * 3)
    for (const [i, weight] of weights.entries()) t.equal(picked.split('abc'[i] as string).length - 1, weight * 3)
  }
})

/** A generator of numbers from 0 to n - 1 that gives the same ones in each run. */
function seeded(seed: number): (n: number) => number {
  let state = seed
  return n => {
    state = (state * 48_271) % 2_147_483_647
    return state % n
  }
}

t.test('nextTurn() picks the same as the loop of nginx over its peers, copied here line by line', async t => {
  const random = seeded(3)
  for (let round = 0; round < 200; round++) {
    const peers = Array.from({ length: 1 + random(6) }, () => ({ weight: 1 + random(20), current: 0, down: false }))
    let credits: readonly number[] = []
    for (let i = 0; i < 100; i++) {
      for (const peer of peers) peer.down = random(5) === 0
      // ngx_http_upstream_get_peer(): current_weight += effective_weight; the best pays the total
      let best = -1
      let total = 0
      for (const [index, peer] of peers.entries()) {
        if (peer.down) continue
        peer.current += peer.weight
        total += peer.weight
        if (best === -1 || peer.current > (peers[best]?.current ?? 0)) best = index
      }
      const chosen = peers[best]
      if (chosen) chosen.current -= total
      const turn = nextTurn(peers, index => !peers[index]?.down, credits)
      credits = turn.credits
      if (turn.index !== best) t.fail(`round ${round}, turn ${i}: ${turn.index}, nginx ${best}`)
    }
  }
  t.pass('200 rounds of 100 turns')
})

t.test('nextTurn() stays smooth, and picks every candidate, while backends come and go', async t => {
  const random = seeded(5)
  let worstDebt = 0
  let longestWait = 0
  for (let round = 0; round < 500; round++) {
    const candidates = Array.from({ length: 1 + random(8) }, () => ({
      weight: 1 + random([3, 10, 100][random(3)] ?? 1),
    }))
    const total = candidates.reduce((sum, { weight }) => sum + weight, 0)
    const up = candidates.map(() => true)
    const waited = candidates.map(() => 0)
    let credits: readonly number[] = []
    for (let i = 0; i < 300; i++) {
      const changing = random(candidates.length * 5)
      if (changing < candidates.length) {
        up[changing] = !up[changing]
        waited[changing] = 0
      }
      const turn = nextTurn(candidates, index => up[index] === true, credits)
      credits = turn.credits
      for (const [index, { weight }] of candidates.entries()) {
        worstDebt = Math.max(worstDebt, Math.abs(credits[index] ?? 0) / total)
        waited[index] = index === turn.index || !up[index] ? 0 : (waited[index] ?? 0) + 1
        longestWait = Math.max(longestWait, (waited[index] ?? 0) / (total / weight))
      }
    }
  }
  t.ok(worstDebt < 1.5, `no backend is more than 1.5 turns ahead or behind (${worstDebt.toFixed(2)})`)
  t.ok(longestWait < 2, `no backend waits twice as long as the weights say (${longestWait.toFixed(2)})`)
})
