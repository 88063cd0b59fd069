import t from 'tap'
import { nextStart, rotate } from './rotation.ts'

t.test('rotate() lists every position once, in a circle', async t => {
  t.strictSame(rotate(3, 0), [0, 1, 2])
  t.strictSame(rotate(3, 2), [2, 0, 1])
  t.strictSame(rotate(1, 0), [0])
})

t.test('nextStart() is one after the record that was sent first (RFC 1794 §2)', async t => {
  t.equal(nextStart(3, [0, 1, 2], 0), 1)
  t.equal(nextStart(3, [2, 0, 1], 2), 0)
  t.equal(nextStart(3, [2, 0], 1), 0, 'position 1 was left out, and 2 was first')
  t.equal(nextStart(3, [], 2), 0)
})
