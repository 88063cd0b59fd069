import t from 'tap'
import { networkMap } from '#shared/network-map.ts'
import { componentState } from './component-state.ts'
import { labMap, type Observed } from './lab-map.ts'

t.test('componentState() uses the report of the launcher for processes that do not run', async t => {
  for (const launcher of ['starting', 'stopped', 'died', 'paused'] as const) {
    t.equal(componentState({ launcher, answers: true, reached: undefined }), launcher)
  }
})

t.test('componentState(): a process that runs and does not answer is unreachable', async t => {
  t.equal(componentState({ launcher: 'running', answers: true, reached: undefined }), 'up')
  t.equal(componentState({ launcher: 'running', answers: false, reached: undefined }), 'unreachable')
  t.equal(componentState({ launcher: undefined, answers: false, reached: undefined }), 'unreachable')
})

t.test('componentState(): MySQL and Redis are up when the backends reach them', async t => {
  t.equal(componentState({ launcher: undefined, answers: undefined, reached: true }), 'up')
  t.equal(componentState({ launcher: 'running', answers: undefined, reached: false }), 'unreachable')
  t.equal(componentState({ launcher: 'running', answers: undefined, reached: undefined }), 'up', 'no backend answers')
})

t.test('labMap() shows each component as it sees itself and as the others see it', async t => {
  const observed = new Map<string, Observed>([
    [
      'frontend1',
      {
        launcher: 'running',
        pid: 7,
        since: 5,
        status: {
          requests: 12,
          algorithm: 'round-robin',
          backends: [{ name: 'backend1', state: 'UP going down 1/2' }],
        },
      },
    ],
    ['backend1', { launcher: 'running', status: { redis: 'down', mysql: 'up', sessions: 'redis' } }],
    [
      'ns1',
      {
        launcher: 'running',
        status: { health: { frontends: [{ name: 'frontend1', healthy: true }] }, order: { policy: 'cyclic' } },
      },
    ],
    ['redis', { launcher: 'running' }],
    ['mysql', { launcher: 'running' }],
  ])
  const map = labMap(networkMap('127.20.0'), observed, { at: 'now', launcher: true, mayChange: true })
  const named = (name: string) => map.components.find(component => component.name === name)
  t.match(named('frontend1'), {
    state: 'up',
    pid: 7,
    since: 5,
    requests: 12,
    health: { ns1: 'up' },
    settings: { algorithm: 'round-robin' },
  })
  t.match(named('backend1'), {
    state: 'up',
    health: { frontend1: 'UP going down 1/2' },
    settings: { sessions: 'redis' },
  })
  t.match(named('redis'), { state: 'unreachable', health: { backend1: 'down' } })
  t.match(named('mysql'), { state: 'up', health: { backend1: 'up' } })
  t.match(named('backend2'), { state: 'unreachable', pid: null, requests: null })
  t.equal(named('painel'), undefined, 'not itself')
  for (const { name } of networkMap('127.20.0').hosts.filter(host => host.planned))
    t.equal(named(name), undefined, name)
})
