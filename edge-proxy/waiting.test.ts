import t from 'tap'
import { FAILURES } from './failures.ts'
import { DEFAULT_TIMEOUTS as TIMES } from './timeouts.ts'
import { deadlineFor, LATE, whomToAwait } from './waiting.ts'

const NOTHING_YET = { clientFull: false, answering: false, requestDone: false, backendReads: true }

t.test('whomToAwait() follows a request on its way', async t => {
  t.equal(whomToAwait(NOTHING_YET), 'bodyIdle')
  t.equal(whomToAwait({ ...NOTHING_YET, backendReads: false }), 'write')
  t.equal(whomToAwait({ ...NOTHING_YET, requestDone: true }), 'firstByte')
  t.equal(whomToAwait({ ...NOTHING_YET, requestDone: true, answering: true }), 'response')
  t.equal(whomToAwait({ ...NOTHING_YET, answering: true, clientFull: true }), 'reader')
})

t.test('LATE blames who was waited for', async t => {
  t.equal(FAILURES[LATE.firstByte].status, 504)
  t.equal(FAILURES[LATE.bodyIdle].side, 'client')
  t.equal(FAILURES[LATE.write].side, 'upstream')
})

t.test('deadlineFor() is never later than the whole exchange may take, nor than the body at its pace', async t => {
  t.equal(deadlineFor('firstByte', 1000, 500, 0, TIMES), 1000 + TIMES.firstByte)
  t.equal(deadlineFor('response', TIMES.total, 0, 0, TIMES), TIMES.total)
  t.equal(deadlineFor('bodyIdle', TIMES.body - 1, 0, 0, TIMES), TIMES.body)
})
