import t from 'tap'
import { type Bucket, fullBucket, type Rate, takeToken, tokensIn } from './token-bucket.ts'

/** Asks at each of these times, in milliseconds. `+` let through, `-` refused. */
function play(rate: Rate, times: readonly number[]): string {
  let bucket = fullBucket(rate, times[0] ?? 0)
  return times
    .map(now => {
      const taken = takeToken(bucket, rate, now)
      bucket = taken.bucket
      return taken.waitMs === 0 ? '+' : '-'
    })
    .join('')
}

t.test('takeToken() allows a burst, and then as many requests as tokens flow in', async t => {
  const rate = { perSecond: 1, burst: 3 }
  t.equal(play(rate, [0, 0, 0, 0, 0]), '+++--')
  t.equal(play(rate, [0, 0, 0, 999, 1000, 1001, 2000]), '+++-+-+')
  t.equal(play(rate, [0, 0, 0, 60_000, 60_000, 60_000, 60_000]), '++++++-', 'it never holds more than the burst')
})

t.test('takeToken() gives the time until the next token, and not less', async t => {
  const rate = { perSecond: 0.5, burst: 1 }
  const { bucket } = takeToken(fullBucket(rate, 0), rate, 0)
  const refused = takeToken(bucket, rate, 500)
  t.equal(refused.waitMs, 1500)
  t.equal(takeToken(refused.bucket, rate, 500 + refused.waitMs).waitMs, 0)
})

t.test('takeToken() never gives more than burst + rate × time, whatever the pattern of requests', async t => {
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
      const taken = takeToken(bucket, rate, now)
      bucket = taken.bucket
      if (taken.waitMs === 0) passed++
      const most = rate.burst + (now / 1000) * rate.perSecond
      if (passed > most + 1e-3) t.fail(`${passed} passed in ${now} ms with ${JSON.stringify(rate)}`)
      if (bucket.tokens < -1e-6 || bucket.tokens > rate.burst) t.fail(`${bucket.tokens} tokens`)
    }
  }
  t.pass('300 rounds of 200 requests')
})

t.test('takeToken() takes no token for a refusal: a client that repeats at once gets the full rate', async t => {
  const rate = { perSecond: 10, burst: 1 }
  const times = Array.from({ length: 10_001 }, (_, i) => i) // every millisecond for ten seconds
  const passed = [...play(rate, times)].filter(sign => sign === '+').length
  t.equal(passed, 101)
})

t.test('tokensIn() is full at the burst', async t => {
  t.equal(tokensIn({ tokens: 0, at: 0 }, { perSecond: 2, burst: 5 }, 1e9), 5)
})
