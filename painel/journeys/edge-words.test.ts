import t from 'tap'
import { FAILURES } from '../../edge-proxy/failures.ts'
import { failurePt, pickSentence } from './edge-words.ts'

t.test('failurePt() has Portuguese words for every failure of an attempt', async t => {
  for (const [name, { side }] of Object.entries(FAILURES)) {
    if (side === 'upstream') t.not(failurePt(name), name, name)
  }
})

t.test('pickSentence() names what decided, and the backends that were left out', async t => {
  t.strictSame(
    pickSentence({ backend: 'backend2', by: 'round-robin', skipped: [], reason: 'Servidor 2 was next' }, 'frontend1'),
    [
      'frontend1 escolheu backend2: era o próximo do rodízio.',
      'frontend1 chose backend2: it was next in the rotation.',
    ],
  )
  t.strictSame(
    pickSentence(
      {
        backend: 'backend3',
        by: 'round-robin',
        skipped: ['backend1'],
        reason: 'backend3 was next; skipped backend1: failed 3 checks',
      },
      'frontend1',
    ),
    [
      'frontend1 escolheu backend3: era o próximo do rodízio; de fora: backend1.',
      'frontend1 chose backend3: it was next in the rotation (backend3 was next; skipped backend1: failed 3 checks).',
    ],
  )
  t.strictSame(
    pickSentence({ backend: null, by: null, skipped: ['backend1'], reason: 'no backend is available' }, 'frontend1'),
    ['frontend1 não tem backend para tentar; de fora: backend1.', 'frontend1: no backend is available.'],
  )
})
