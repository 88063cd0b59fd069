import t from 'tap'
import type { Field } from '../http1/fields.ts'
import { randomHex, requestId, traceparent } from './identity.ts'

const fields = (...pairs: [string, string][]): Field[] => pairs.map(([name, value]) => ({ name, key: name, value }))
const random = (octets: number) => 'ab'.repeat(octets)
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'

t.test('requestId() is the client’s own if it is acceptable, otherwise a new one', async t => {
  t.equal(requestId(fields(['x-request-id', 'aula-1']), random), 'aula-1')
  t.equal(requestId(fields(['x-request-id', 'a_1+/=~']), random), 'a_1+/=~')
  const bad = ['', 'a b', 'a"b', '<script>', 'x'.repeat(129)]
  for (const value of bad) t.equal(requestId(fields(['x-request-id', value]), random), 'ab'.repeat(16), value)
  t.equal(
    requestId(fields(['x-request-id', 'a'], ['x-request-id', 'b']), random),
    'ab'.repeat(16),
    'two fields: a new one',
  )
  t.equal(requestId([], random), 'ab'.repeat(16))
})

t.test('traceparent() continues a trace with a span of its own (W3C Trace Context §3.2)', async t => {
  const given = `00-${TRACE}-00f067aa0ba902b7-00`
  t.equal(traceparent(fields(['traceparent', given]), random), `00-${TRACE}-${'ab'.repeat(8)}-00`)
})

t.test('traceparent() begins a new trace when the field is missing, malformed, all zeros or repeated', async t => {
  const anew = `00-${'ab'.repeat(16)}-${'ab'.repeat(8)}-01`
  const good: [string, string] = ['traceparent', `00-${TRACE}-00f067aa0ba902b7-01`]
  t.equal(traceparent([], random), anew)
  t.equal(traceparent(fields(['traceparent', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`]), random), anew)
  t.equal(traceparent(fields(['traceparent', `00-${TRACE.toUpperCase()}-00f067aa0ba902b7-01`]), random), anew)
  t.equal(traceparent(fields(good, good), random), anew)
})

t.test('randomHex() gives different digits each time, also after its pool is refilled', async t => {
  const drawn = new Set(Array.from({ length: 1000 }, () => randomHex(16)))
  t.equal(drawn.size, 1000)
  t.ok([...drawn].every(text => /^[0-9a-f]{32}$/.test(text)))
})
