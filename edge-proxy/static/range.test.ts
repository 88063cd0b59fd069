import t from 'tap'
import { contentRange, parseRange } from './range.ts'

t.test('parseRange() reads the examples of RFC 9110 §14.1.2, for 10000 octets', async t => {
  t.strictSame(parseRange(['bytes=0-499'], 10_000), { first: 0, last: 499 })
  t.strictSame(parseRange(['bytes=500-999'], 10_000), { first: 500, last: 999 })
  t.strictSame(parseRange(['bytes=-500'], 10_000), { first: 9500, last: 9999 })
  t.strictSame(parseRange(['bytes=9500-'], 10_000), { first: 9500, last: 9999 })
})

t.test('parseRange() ends a range at the end of the representation (§14.1.2)', async t => {
  t.strictSame(parseRange(['bytes=9000-99999'], 10_000), { first: 9000, last: 9999 })
  t.strictSame(parseRange(['bytes=-99999'], 10_000), { first: 0, last: 9999 })
  t.strictSame(parseRange(['bytes=9999-9999'], 10_000), { first: 9999, last: 9999 })
  t.strictSame(parseRange(['BYTES=0-0'], 10_000), { first: 0, last: 0 })
})

t.test('parseRange() is unsatisfiable when no octet of the range exists (§15.5.17)', async t => {
  t.equal(parseRange(['bytes=10000-'], 10_000), 'unsatisfiable')
  t.equal(parseRange(['bytes=10000-10001'], 10_000), 'unsatisfiable')
  t.equal(parseRange(['bytes=-0'], 10_000), 'unsatisfiable')
  t.equal(parseRange(['bytes=0-'], 0), 'unsatisfiable')
  t.equal(parseRange(['bytes=-5'], 0), 'unsatisfiable')
})

t.test('parseRange() ignores other units, invalid ranges and several ranges (§14.2)', async t => {
  const ignored = [
    'bytes=0-0,-1',
    'bytes=5-4',
    'bytes=-',
    'bytes=',
    'bytes',
    'items=0-5',
    'bytes=a-b',
    'bytes=0x0-0x5',
    'bytes=--5',
    'bytes=1.5-2',
    'bytes=99999999999999999-',
    'bytes =0-5',
  ]
  for (const text of ignored) t.equal(parseRange([text], 10_000), 'whole', text)
  t.equal(parseRange([], 10_000), 'whole')
  t.equal(parseRange(['bytes=0-1', 'bytes=2-3'], 10_000), 'whole', 'two fields')
})

t.test('contentRange() gives the range and the length of the whole (§14.4)', async t => {
  t.equal(contentRange({ first: 42, last: 1233 }, 1234), 'bytes 42-1233/1234')
  t.equal(contentRange(undefined, 1234), 'bytes */1234')
})
