import t from 'tap'
import { Unavailable } from '../refusal.ts'
import { errorKind, isOfServer, isUsable, NoAnswer, PAUSES_MS } from './errors.ts'

const error = (members: object) => Object.assign(new Error('x'), members)

t.test('errorKind() separates errors that are worth another try from the others', async t => {
  t.equal(errorKind(error({ code: 'ECONNREFUSED' })), 'lost')
  t.equal(errorKind(error({ code: 'PROTOCOL_CONNECTION_LOST', fatal: true })), 'lost')
  t.equal(errorKind(error({ fatal: true })), 'lost', 'any error that ends a connection')
  t.equal(errorKind(error({ code: 'ER_LOCK_DEADLOCK' })), 'busy')
  t.equal(errorKind(error({ code: 'ER_NO_SUCH_TABLE' })), 'missing')
  t.equal(errorKind(error({ code: 'ER_ACCESS_DENIED_ERROR', fatal: true })), 'missing', 'the server is up, and refuses')
  t.equal(errorKind(error({ code: 'ER_DUP_ENTRY' })), 'other')
  t.equal(errorKind(new Error('a defect of this program')), 'other')
  t.equal(errorKind(new NoAnswer()), 'silent')
  t.equal(errorKind(error({ code: 'ETIMEDOUT' })), 'silent')
  t.equal(errorKind(new Unavailable('mysql', 'broke during COMMIT')), 'other', 'never tried again')
})

t.test('isOfServer() is true for an error after which another server may do better', async t => {
  t.ok(isOfServer(error({ code: 'ECONNRESET' })))
  t.ok(isOfServer(new NoAnswer()))
  t.ok(isOfServer(new Unavailable('mysql', 'broke during COMMIT')))
  t.ok(isOfServer(error({ code: 'ER_UNKNOWN_COM_ERROR' })), 'a Galera node without the majority')
  t.ok(isOfServer(error({ code: 'ER_LOCK_WAIT_TIMEOUT' })), 'a Galera node that has just lost the majority')
  t.notOk(isOfServer(error({ code: 'ER_LOCK_DEADLOCK' })))
  t.notOk(isOfServer(error({ code: 'ER_DUP_ENTRY' })))
  t.notOk(isOfServer(new Unavailable('redis', 'asked inside a transaction')))
})

t.test('isUsable() is false when an answer may still come on the connection', async t => {
  t.ok(isUsable(error({ code: 'ER_LOCK_WAIT_TIMEOUT' })))
  t.notOk(isUsable(new NoAnswer()))
  t.notOk(isUsable(error({ code: 'PROTOCOL_CONNECTION_LOST' })))
})

t.test('PAUSES_MS grow', async t => {
  t.ok(PAUSES_MS.every((pause, index) => index === 0 || pause >= 2 * (PAUSES_MS[index - 1] ?? 0)))
})
