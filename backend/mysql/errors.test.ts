import t from 'tap'
import { errorKind, PAUSES_MS } from './errors.ts'

t.test('errorKind() separates errors that are worth another try from the others', async t => {
  const error = (members: object) => Object.assign(new Error('x'), members)
  t.equal(errorKind(error({ code: 'ECONNREFUSED' })), 'lost')
  t.equal(errorKind(error({ code: 'PROTOCOL_CONNECTION_LOST', fatal: true })), 'lost')
  t.equal(errorKind(error({ fatal: true })), 'lost', 'any error that ends a connection')
  t.equal(errorKind(error({ code: 'ER_LOCK_DEADLOCK' })), 'busy')
  t.equal(errorKind(error({ code: 'ER_NO_SUCH_TABLE' })), 'missing')
  t.equal(errorKind(error({ code: 'ER_ACCESS_DENIED_ERROR', fatal: true })), 'missing', 'the server is up, and refuses')
  t.equal(errorKind(error({ code: 'ER_DUP_ENTRY' })), 'other')
  t.equal(errorKind(new Error('a defect of this program')), 'other')
})

t.test('PAUSES_MS grow', async t => {
  t.ok(PAUSES_MS.every((pause, index) => index === 0 || pause >= 2 * (PAUSES_MS[index - 1] ?? 0)))
})
