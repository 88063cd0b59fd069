import t from 'tap'
import { Backend } from './backend.ts'
import { unavailableField } from './unavailable.ts'

const NOW = 1_000

/** A healthy backend, with changes. */
function backend(number: number, changes: Partial<Backend> = {}): Backend {
  const made = new Backend({ name: `backend${number}`, address: '127.0.0.1', port: 3000, weight: 1 })
  return Object.assign(made, { health: { known: true, healthy: true, disagreeing: 0 } }, changes)
}
const down = { known: true, healthy: false, disagreeing: 0 }
const failedCheck = (text: string) => ({ passed: false, text, at: 0, streak: 3, stranger: false })

t.test('unavailableField() is undefined while every backend is available', async t => {
  t.equal(unavailableField([backend(1), backend(2)], NOW), undefined)
  t.equal(unavailableField([], NOW), undefined)
})

t.test('unavailableField() gives each unavailable backend with its reason', async t => {
  const cases: [changes: Partial<Backend>, reason: string][] = [
    [{ mode: 'drain' }, 'drain'],
    [{ mode: 'maintenance' }, 'maintenance'],
    [{ leaving: true }, 'leaving'],
    [{ ban: { failures: 0, times: 1, until: NOW + 1, awaitsCheck: true } }, 'failing'],
    [{ health: down, lastCheck: failedCheck('L4CON connect ECONNREFUSED 127.20.0.11:3000') }, 'refused'],
    [{ health: down, lastCheck: failedCheck('L4TOUT no connection in time') }, 'timeout'],
    [{ health: down, lastCheck: failedCheck('L7TOUT no response in time') }, 'timeout'],
    [{ health: down, lastCheck: failedCheck('L4CON connect EHOSTUNREACH 127.20.0.11:3000') }, 'timeout'],
    [{ health: down, lastCheck: failedCheck('L7STS 500') }, 'check'],
    [{ health: down, lastCheck: { ...failedCheck('L7OK 200 in 1 ms'), passed: true } }, 'rising'],
  ]
  for (const [changes, reason] of cases)
    t.equal(unavailableField([backend(1), backend(2, changes)], NOW), `backend2;why=${reason}`, reason)
  t.equal(
    unavailableField([backend(1, { mode: 'drain' }), backend(2, { leaving: true })], NOW),
    'backend1;why=drain, backend2;why=leaving',
  )
})

t.test('unavailableField() leaves out a backend that was never checked', async t => {
  t.equal(unavailableField([backend(1, { health: { ...down, known: false } })], NOW), undefined)
})
