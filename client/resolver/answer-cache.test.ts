import t from 'tap'
import type { AddressAnswer } from './address-answer.ts'
import { AnswerCache } from './answer-cache.ts'

const answer = (ttl: number, ...addresses: string[]): AddressAnswer => ({
  outcome: addresses.length > 0 ? 'addresses' : 'nodata',
  rcode: 'NOERROR',
  addresses,
  ttl,
})

t.test('AnswerCache.get() counts the TTL down, and deletes the answer at its end (RFC 1035 §3.2.1)', async t => {
  const cache = new AnswerCache()
  cache.put('www.example', 'A', answer(5, '192.0.2.1', '192.0.2.2'), 1000)
  t.match(cache.get('WWW.Example.', 'A', 1000), { ttl: 5, addresses: ['192.0.2.1', '192.0.2.2'] })
  t.match(cache.get('www.example', 'A', 5999), { ttl: 1 })
  t.equal(cache.get('www.example', 'A', 6000), undefined)
  t.equal(cache.get('www.example', 'AAAA', 1000), undefined)
})

t.test('AnswerCache.put() keeps an absence too, and keeps nothing with a TTL of 0 or without an answer', async t => {
  const cache = new AnswerCache()
  cache.put('www.example', 'AAAA', answer(30), 0)
  t.match(cache.get('www.example', 'AAAA', 1), { outcome: 'nodata', ttl: 30 })
  cache.put('www.example', 'AAAA', answer(0), 2)
  t.equal(
    cache.get('www.example', 'AAAA', 3),
    undefined,
    'a newer answer replaces the old one even when it is not kept',
  )
  cache.put('www.example', 'A', { ...answer(9), outcome: 'failed' }, 0)
  t.equal(cache.get('www.example', 'A', 1), undefined)
})

t.test('AnswerCache holds a thousand answers and drops the oldest', async t => {
  const cache = new AnswerCache()
  for (let i = 0; i <= 1000; i++) cache.put(`n${i}.example`, 'A', answer(60, '192.0.2.1'), 0)
  t.equal(cache.get('n0.example', 'A', 1), undefined)
  t.ok(cache.get('n1.example', 'A', 1))
  t.ok(cache.get('n1000.example', 'A', 1))
  cache.clear()
  t.equal(cache.get('n1000.example', 'A', 1), undefined)
})
