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
        skipped: [{ backend: 'backend1', cause: 'failed-checks', checks: 3, seconds: 4.5, why: 'failed 3 checks' }],
        reason: undefined,
      },
      'frontend1',
    ),
    [
      'frontend1 escolheu backend3: era o próximo do rodízio; backend1 ficou de fora: 3 verificações falharam, nova tentativa em 4,5 s.',
      'frontend1 chose backend3: it was next in the rotation; backend1 skipped: 3 failed checks, next try in 4.5 s.',
    ],
  )
  t.strictSame(
    pickSentence(
      {
        backend: null,
        by: null,
        skipped: [{ backend: 'backend1', cause: 'tried', why: 'tried already' }],
        reason: undefined,
      },
      'frontend1',
    ),
    [
      'frontend1 não tem backend para tentar; backend1 ficou de fora: já foi tentado.',
      'frontend1: no backend is left to try; backend1 skipped: tried already.',
    ],
  )
})
