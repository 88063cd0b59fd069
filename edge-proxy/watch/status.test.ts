import t from 'tap'
import { Backend } from '../balance/backend.ts'
import { BACKEND_CHECKS } from '../balance/check.ts'
import { rowOf, stateOf } from './status.ts'

function backend(change: Partial<Backend> = {}): Backend {
  const made = new Backend({ name: 'backend1', address: '127.20.0.10', port: 3000, weight: 1 })
  made.health = { healthy: true, known: true, disagreeing: 0 }
  return Object.assign(made, change)
}

t.test('stateOf() uses the words of HAProxy', async t => {
  const down = { healthy: false, known: true, disagreeing: 0 }
  t.equal(stateOf(backend(), BACKEND_CHECKS), 'UP')
  t.equal(
    stateOf(backend({ health: { healthy: true, known: true, disagreeing: 2 } }), BACKEND_CHECKS),
    'UP going down 2/3',
  )
  t.equal(stateOf(backend({ health: down }), BACKEND_CHECKS), 'DOWN')
  t.equal(stateOf(backend({ health: { ...down, disagreeing: 1 } }), BACKEND_CHECKS), 'DOWN going up 1/2')
  t.equal(stateOf(backend({ health: { ...down, known: false } }), BACKEND_CHECKS), 'DOWN not checked yet')
  t.equal(stateOf(backend({ mode: 'drain' }), BACKEND_CHECKS), 'DRAIN')
  t.equal(stateOf(backend({ mode: 'drain', health: down }), BACKEND_CHECKS), 'DOWN (DRAIN)')
  t.equal(stateOf(backend({ mode: 'maintenance', health: { ...down, known: false } }), BACKEND_CHECKS), 'MAINT')
  t.equal(stateOf(backend({ leaving: true }), BACKEND_CHECKS), 'NOLB')
})

t.test('rowOf() shows the ban of a backend, and the time of the next check', async t => {
  t.equal(rowOf(backend(), 0, BACKEND_CHECKS).ban, null)
  t.equal(
    rowOf(
      backend({ ban: { failures: 2, times: 0, until: Number.NEGATIVE_INFINITY, awaitsCheck: false } }),
      0,
      BACKEND_CHECKS,
    ).ban,
    '2/3 failures',
  )
  t.equal(
    rowOf(backend({ ban: { failures: 0, times: 2, until: 5000, awaitsCheck: true } }), 3800, BACKEND_CHECKS).ban,
    'for 1.2 s (time 2)',
  )
  t.equal(
    rowOf(backend({ ban: { failures: 0, times: 2, until: 5000, awaitsCheck: true } }), 5000, BACKEND_CHECKS).ban,
    'until a check passes (time 2)',
  )
  t.equal(
    rowOf(backend({ ban: { failures: 0, times: 2, until: 5000, awaitsCheck: false } }), 5000, BACKEND_CHECKS).ban,
    'on probation after 2',
  )
  const lastCheck = { passed: true, text: 'L7OK 200 in 3 ms', at: 1000, streak: 1, stranger: false }
  t.match(rowOf(backend({ lastCheck, nextCheckAt: 3000 }), 1500, BACKEND_CHECKS), {
    lastCheck: 'L7OK 200 in 3 ms',
    lastCheckAgo: 0.5,
    nextCheckIn: 1.5,
  })
  t.match(rowOf(backend(), 0, BACKEND_CHECKS), { lastCheck: null, lastCheckAgo: null, nextCheckIn: null })
})
