import t from 'tap'
import { FAILURES } from '../failures.ts'
import { DEFAULT_TIMEOUTS as TIMES } from '../timeouts.ts'
import { awaitedStep, deadlineOf, FAILURE_WHEN_LATE } from './awaited-step.ts'

const BEGINNING = {
  clientFull: false,
  answering: false,
  streaming: false,
  requestDone: false,
  backendReads: true,
  elsewhere: false,
}

t.test('awaitedStep() follows a request from its body to its response', async t => {
  t.equal(awaitedStep(BEGINNING), 'bodyIdle')
  t.equal(awaitedStep({ ...BEGINNING, backendReads: false }), 'write')
  t.equal(awaitedStep({ ...BEGINNING, requestDone: true }), 'firstByte')
  t.equal(awaitedStep({ ...BEGINNING, requestDone: true, elsewhere: true }), 'silence')
  t.equal(awaitedStep({ ...BEGINNING, requestDone: true, answering: true }), 'response')
  t.equal(awaitedStep({ ...BEGINNING, requestDone: true, answering: true, streaming: true }), 'stream')
  t.equal(awaitedStep({ ...BEGINNING, answering: true, clientFull: true }), 'reader')
})

t.test('FAILURE_WHEN_LATE names the side that was late', async t => {
  t.equal(FAILURES[FAILURE_WHEN_LATE.firstByte].status, 504)
  t.equal(FAILURES[FAILURE_WHEN_LATE.bodyIdle].side, 'client')
  t.equal(FAILURES[FAILURE_WHEN_LATE.write].side, 'upstream')
})

t.test('deadlineOf() is the time of the step, and for a body not later than its slowest rate allows', async t => {
  t.equal(deadlineOf('firstByte', 1000, 500, 0, TIMES), 1000 + TIMES.firstByte)
  t.equal(
    deadlineOf('response', 3_600_000, 0, 0, TIMES),
    3_600_000 + TIMES.response,
    'a response has no limit as a whole',
  )
  t.equal(deadlineOf('bodyIdle', TIMES.body - 1, 0, 0, TIMES), TIMES.body)
})
