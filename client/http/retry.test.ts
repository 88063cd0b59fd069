import t from 'tap'
import { type AttemptFailure, nextStep } from './retry.ts'

const lost: AttemptFailure = { method: 'GET', stage: 'lost', reused: true, received: 0, repeated: false }

t.test('nextStep() takes the next address when no connection was made: nothing was sent', async t => {
  for (const method of ['GET', 'POST']) t.equal(nextStep({ ...lost, method, stage: 'connect' }), 'next-address')
  t.equal(nextStep({ ...lost, stage: 'connect', repeated: true }), 'next-address')
})

t.test(
  'nextStep() repeats an idempotent request once, on a connection that had been idle (RFC 9112 §9.3.1)',
  async t => {
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']) t.equal(nextStep({ ...lost, method }), 'again')
    for (const method of ['POST', 'PATCH']) t.equal(nextStep({ ...lost, method }), 'give-up', method)
    t.equal(nextStep({ ...lost, repeated: true }), 'give-up', 'not twice')
    t.equal(nextStep({ ...lost, reused: false }), 'give-up', 'a new connection was not closed for being idle')
    t.equal(nextStep({ ...lost, received: 1 }), 'give-up', 'the response had begun')
  },
)

t.test('nextStep() repeats any request that was never written', async t => {
  t.equal(nextStep({ ...lost, stage: 'unsent', method: 'POST' }), 'again')
  t.equal(nextStep({ ...lost, stage: 'unsent', method: 'POST', repeated: true }), 'give-up')
})
