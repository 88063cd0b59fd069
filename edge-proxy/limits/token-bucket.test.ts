import t from 'tap'
import { type Bucket, fullBucket, type Rate, take, tokensIn } from './token-bucket.ts'

/** Asks at each of these times, in milliseconds. `+` let through, `-` refused. */
function play(rate: Rate, times: readonly number[]): string {
  let bucket = fullBucket(rate, times[0] ?? 0)
  return times
    .map(now => {
      const taken = take(bucket, rate, now)
      bucket = taken.bucket
      return taken.waitMs === 0 ? '+' : '-'
    })
    .join('')
}

t.test('take() lets a burst through, and then as many as flow in', async t => {
  const rate = { perSecond: 1, burst: 3 }
  t.equal(play(rate, [0, 0, 0, 0, 0]), '+++--')
  t.equal(play(rate, [0, 0, 0, 999, 1000, 1001, 2000]), '+++-+-+')
  t.equal(play(rate, [0, 0, 0, 60_000, 60_000, 60_000, 60_000]), '++++++-', 'it never holds more than the burst')
})

t.test('take() says how long to wait, and that is long enough', async t => {
  const rate = { perSecond: 0.5, burst: 1 }
  const { bucket } = take(fullBucket(rate, 0), rate, 0)
  const refused = take(bucket, rate, 500)
  t.equal(refused.waitMs, 1500)
  t.equal(take(refused.bucket, rate, 500 + refused.waitMs).waitMs, 0)
})

t.test('take() lets nobody pass more than burst + rate × time, however they ask', async t => {
  let seed = 7
  const random = (n: number) => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed % n
  }
  for (let round = 0; round < 300; round++) {
    const rate = { perSecond: (1 + random(50)) / 10, burst: 1 + random(20) }
    let bucket: Bucket = fullBucket(rate, 0)
    let now = 0
    let passed = 0
    for (let i = 0; i < 200; i++) {
      now += random(500)
      const taken = take(bucket, rate, now)
      bucket = taken.bucket
      if (taken.waitMs === 0) passed++
      const most = rate.burst + (now / 1000) * rate.perSecond
      if (passed > most + 1e-3) t.fail(`${passed} passed in ${now} ms with ${JSON.stringify(rate)}`)
      if (bucket.tokens < -1e-6 || bucket.tokens > rate.burst) t.fail(`${bucket.tokens} tokens`)
    }
  }
  t.pass('300 rounds of 200 requests')
})

t.test('take() loses nothing to refusals: who keeps asking gets the full rate', async t => {
  const rate = { perSecond: 10, burst: 1 }
  const times = Array.from({ length: 10_001 }, (_, i) => i) // every millisecond for ten seconds
  const passed = [...play(rate, times)].filter(sign => sign === '+').length
  t.equal(passed, 101)
})

t.test('tokensIn() is full at the burst', async t => {
  t.equal(tokensIn({ tokens: 0, at: 0 }, { perSecond: 2, burst: 5 }, 1e9), 5)
})
