import t from 'tap'
import { FakeClock } from '#shared/clock.ts'
import { Backend } from '../balance/backend.ts'
import { checkPassed, failed, failedElsewhere, isBanned, NOT_BANNED } from '../balance/ban.ts'
import { CopiedChecks, joinedBan } from './copied-checks.ts'
import type { BackendState } from './copied-state.ts'
import type { WorkerFinding } from './messages.ts'

const ADDRESS = { name: 'backend1', address: '127.0.0.1', port: 3000, weight: 1 }
const PASSED = { passed: true, text: 'L7OK 200 in 1 ms', at: 0, streak: 1, stranger: false }

function stateWith(more: Partial<BackendState> = {}): BackendState {
  const { label, mode, leaving, nextCheckAt } = new Backend(ADDRESS)
  const health = { healthy: true, disagreeing: 0, known: true }
  return { ...ADDRESS, label, mode, leaving, nextCheckAt, health, lastCheck: PASSED, ban: NOT_BANNED, ...more }
}

function setUp() {
  const clock = new FakeClock()
  const backend = new Backend(ADDRESS)
  const findings: WorkerFinding[] = []
  const seen: string[] = []
  const copied = new CopiedChecks(clock, finding => findings.push(finding))
  const checks = copied.create('www', {
    transition: ({ available, check }) => seen.push(`${available ? 'up' : 'down'}: ${check}`),
    passed: () => seen.push('passed'),
  })
  return { clock, backend, findings, seen, copied, checks }
}

t.test('CopiedChecks bans after three failures that it has counted, and reports the ban for all workers', async t => {
  const { backend, checks, clock, findings, seen } = setUp()
  for (let failures = 1; failures <= 2; failures++) checks.reportFailure(backend)
  t.notOk(isBanned(backend.ban, clock.now()))
  checks.reportFailure(backend)
  t.ok(isBanned(backend.ban, clock.now()))
  t.strictSame(seen, ['down: requests failed'])
  t.strictSame(
    findings.map(({ banned }) => banned),
    [false, false, true],
  )
  t.match(findings[0], { cluster: 'www', backend: 'backend1' })
  t.match(failedElsewhere(NOT_BANNED, clock.now()), backend.ban, 'the main thread comes to the same ban')
})

t.test(
  'CopiedChecks: a backend that is down for the main thread is not used, and a passed check wakes requests that wait',
  async t => {
    const { backend, copied, seen } = setUp()
    copied.apply('www', backend, stateWith({ label: 'Servidor 1' }))
    t.strictSame(seen.splice(0), ['passed'])
    t.match(backend, { label: 'Servidor 1', health: { healthy: true } })
    t.equal(backend.ban, NOT_BANNED, 'the same object, with which a request compares')

    const lastCheck = { ...PASSED, passed: false, text: 'L4CON refused', at: 2 }
    copied.apply('www', backend, stateWith({ health: { healthy: false, disagreeing: 0, known: true }, lastCheck }))
    t.strictSame(seen.splice(0), ['down: L4CON refused'])
    copied.apply('www', backend, stateWith({ lastCheck: { ...PASSED, at: 3 } }))
    copied.apply('www', backend, stateWith({ lastCheck: { ...PASSED, at: 3 } }))
    t.strictSame(seen.splice(0), ['passed'], 'once for each check')
    copied.apply(
      'www',
      backend,
      stateWith({ leaving: true, lastCheck: { ...lastCheck, text: 'L7STS 503, draining', at: 4 } }),
    )
    t.strictSame(seen, ['down: L7STS 503, draining'])
  },
)

t.test('joinedBan() keeps the failures that a worker has counted, and takes over bans and their end', async t => {
  const once = failed(NOT_BANNED, 0)
  const banned = failedElsewhere(NOT_BANNED, 0)
  const probation = checkPassed(banned, banned.until)
  t.equal(joinedBan(once, NOT_BANNED), once)
  t.equal(joinedBan(once, structuredClone(NOT_BANNED)), once)
  t.equal(joinedBan(once, banned), banned)
  t.equal(joinedBan(banned, probation), probation)
  t.equal(joinedBan(banned, structuredClone(NOT_BANNED)), NOT_BANNED)
})
