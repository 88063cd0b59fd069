import t from 'tap'
import { Backend } from '../balance/backend.ts'
import { skippedBackends } from './skipped.ts'

const backend = (name: string, changes: Partial<Backend> = {}) =>
  Object.assign(new Backend({ name, address: '127.0.0.1', port: 3000, weight: 1 }), {
    health: { healthy: true, known: true, disagreeing: 0 },
    ...changes,
  })

t.test('skippedBackends() gives each cause with its numbers, and leaves out those that could be chosen', async t => {
  const down = { healthy: false, known: true, disagreeing: 0 }
  const chosen = backend('backend1')
  const tried = backend('backend2')
  const all = [
    chosen,
    tried,
    backend('well'),
    backend('drain', { mode: 'drain' }),
    backend('new', { health: { healthy: false, known: false, disagreeing: 0 } }),
    backend('leaving', { leaving: true }),
    backend('down', {
      health: down,
      lastCheck: { passed: false, text: 'L4CON', at: 0, streak: 3, stranger: false },
      nextCheckAt: 4_000,
    }),
    backend('banned', { ban: { failures: 0, times: 1, until: 1_500, awaitsCheck: false } }),
  ]
  t.match(skippedBackends(all, chosen, [tried], 0), [
    { backend: 'backend2', cause: 'tried' },
    { backend: 'drain', cause: 'drain' },
    { backend: 'new', cause: 'not-checked' },
    { backend: 'leaving', cause: 'leaving' },
    { backend: 'down', cause: 'failed-checks', checks: 3, seconds: 4, why: /^failed 3 checks/ },
    { backend: 'banned', cause: 'banned', seconds: 1.5 },
  ])
})
