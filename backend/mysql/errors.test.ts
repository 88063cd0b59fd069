import t from 'tap'
import { PAUSES_MS, troubleOf } from './errors.ts'

t.test('troubleOf() tells what is worth another try from what is not', async t => {
  const error = (members: object) => Object.assign(new Error('x'), members)
  t.equal(troubleOf(error({ code: 'ECONNREFUSED' })), 'lost')
  t.equal(troubleOf(error({ code: 'PROTOCOL_CONNECTION_LOST', fatal: true })), 'lost')
  t.equal(troubleOf(error({ fatal: true })), 'lost', 'whatever ends a connection')
  t.equal(troubleOf(error({ code: 'ER_LOCK_DEADLOCK' })), 'busy')
  t.equal(troubleOf(error({ code: 'ER_NO_SUCH_TABLE' })), 'missing')
  t.equal(
    troubleOf(error({ code: 'ER_ACCESS_DENIED_ERROR', fatal: true })),
    'missing',
    'the server is there, and says no',
  )
  t.equal(troubleOf(error({ code: 'ER_DUP_ENTRY' })), 'other')
  t.equal(troubleOf(new Error('a defect of ours')), 'other')
})

t.test('PAUSES_MS grow', async t => {
  t.ok(PAUSES_MS.every((pause, index) => index === 0 || pause >= 2 * (PAUSES_MS[index - 1] ?? 0)))
})
