import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import t from 'tap'
import { DEFAULT_LIMITS, RateLimits } from '../limits/rate-limits.ts'
import { bucketsIn, MOST_CLIENTS, newLimitMemory, SharedBuckets } from './shared-buckets.ts'

const REQUEST = { method: 'GET', path: '/' }
const EVERYONE = { ...DEFAULT_LIMITS, scope: 'everyone' } as const

t.test('SharedBuckets allows exactly what the buckets of one thread allow', async t => {
  const own = new RateLimits(EVERYONE, 3, '127.20.0')
  const memory = newLimitMemory()
  // Two workers, which get the requests in turn.
  const workers = [1, 2].map(() => new RateLimits(EVERYONE, 3, '127.20.0', bucketsIn(memory)))
  const clients = ['192.0.2.1', '192.0.2.10', '2001:db8::1', '2001:db8::11']
  const expected: unknown[] = []
  const found: unknown[] = []
  for (let index = 0; index < 4_000; index++) {
    const now = index * 3.7
    const client = clients[((index * index) % 7) % clients.length] as string
    const request = index % 11 === 0 ? { method: 'POST', path: '/login' } : REQUEST
    expected.push(own.check(client, request, now))
    found.push(workers[index % 2]?.check(client, request, now))
  }
  t.strictSame(found, expected)
  const limited = expected.filter(one => one !== undefined).length
  t.ok(limited > 100, `${limited} requests were above a limit`)
  t.equal(workers[0]?.clients, own.clients)
})

t.test('other limits from now on: the counts are deleted', async t => {
  const limits = new RateLimits(EVERYONE, 1, '127.20.0', bucketsIn(newLimitMemory()))
  limits.check('192.0.2.1', REQUEST, 0)
  limits.settings = { ...EVERYONE, requests: { perSecond: 0.001, burst: 1 } }
  t.equal(limits.clients, 0)
  t.equal(limits.check('192.0.2.1', REQUEST, 0), undefined)
  t.match(limits.check('192.0.2.1', REQUEST, 0), { rule: 'requests' })
})

t.test('SharedBuckets deletes clients when there are too many, never the one that sends most requests', async t => {
  const { requests } = newLimitMemory()
  const buckets = new SharedBuckets(requests, { perSecond: 0.001, burst: 20 })
  let waits = 0
  for (let index = 0; index < 2 * MOST_CLIENTS; index++) {
    buckets.take(`10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`, index)
    if (index % 100 === 0 && buckets.take('192.0.2.1', index) > 0) waits++
  }
  t.ok(buckets.size <= MOST_CLIENTS)
  t.ok(buckets.size > MOST_CLIENTS / 2)
  t.ok(waits > 200, `${waits} times it had no token left`)
})

t.test('SharedBuckets counts each token once, also while several threads take them at the same time', async t => {
  const { requests } = newLimitMemory()
  const rate = { perSecond: 0.001, burst: 10_000 }
  const program = `
    const { parentPort, workerData } = require('node:worker_threads')
    import(workerData.module).then(({ SharedBuckets }) => {
      const buckets = new SharedBuckets(workerData.requests, workerData.rate)
      parentPort.postMessage('ready')
      parentPort.once('message', () => {
        let taken = 0
        for (let index = 0; index < 9_000; index++) if (buckets.take('192.0.2.1', 0) === 0) taken++
        parentPort.postMessage(taken)
      })
    })`
  const module = new URL('shared-buckets.ts', import.meta.url).href
  const threads = [1, 2].map(() => new Worker(program, { eval: true, workerData: { module, requests, rate } }))
  await Promise.all(threads.map(thread => once(thread, 'message')))
  const counts = threads.map(thread => once(thread, 'message'))
  for (const thread of threads) thread.postMessage('begin')
  const taken = (await Promise.all(counts)).map(([count]) => count as number)
  t.equal(
    taken.reduce((sum, count) => sum + count, 0),
    rate.burst,
    `18,000 requests: ${taken.join(' and ')} were allowed`,
  )
})
