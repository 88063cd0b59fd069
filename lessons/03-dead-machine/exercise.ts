/**
 * Exercise 03: rise and fall.
 *
 * Read beside: health.ts (the stub), shared/health.ts (ours)
 * Pure.
 */
import type { Health, observe as Observe, Thresholds } from '../../shared/health.ts'
import type { Exercise, StudentModule } from '../exercise/exercise.ts'
import { integer } from '../exercise/random.ts'

export interface HealthInput extends Thresholds {
  readonly start: Health
  /** `+` a check that passed, `-` one that failed. */
  readonly checks: string
}

const UP: Health = { healthy: true, disagreeing: 0, known: true }
const DOWN: Health = { healthy: false, disagreeing: 0, known: true }
const UNKNOWN: Health = { healthy: false, disagreeing: 0, known: false }

export const exercise: Exercise<HealthInput> = {
  number: '03',
  title: 'Subida e queda (rise e fall)',
  file: 'health.ts',
  replaces: 'shared/health.ts',
  functions: ['observe'],
  throws: [],
  imports: [],
  components: ['ns1'],
  without: {},
  shownIn: ['dns.health'],
  cases: [
    { name: 'a primeira verificação decide sozinha: passou', input: { start: UNKNOWN, checks: '+', rise: 2, fall: 3 } },
    {
      name: 'a primeira verificação decide sozinha: falhou',
      input: { start: UNKNOWN, checks: '-+', rise: 2, fall: 3 },
    },
    { name: 'uma falha só não derruba (fall 3)', input: { start: UP, checks: '-', rise: 2, fall: 3 } },
    { name: 'a terceira falha seguida derruba (fall 3)', input: { start: UP, checks: '---', rise: 2, fall: 3 } },
    { name: 'um sucesso no meio zera a contagem', input: { start: UP, checks: '--+--', rise: 2, fall: 3 } },
    { name: 'a segunda verificação boa levanta (rise 2)', input: { start: DOWN, checks: '++', rise: 2, fall: 3 } },
    { name: 'uma falha no meio zera a contagem da subida', input: { start: DOWN, checks: '+-++', rise: 2, fall: 3 } },
    { name: 'com fall 1, a primeira falha derruba', input: { start: UP, checks: '-', rise: 1, fall: 1 } },
  ],
  generate: random => ({
    start: [UP, DOWN, UNKNOWN][integer(random, 0, 2)] as Health,
    checks: Array.from({ length: integer(random, 1, 15) }, () => (random() < 0.5 ? '+' : '-')).join(''),
    rise: integer(random, 1, 4),
    fall: integer(random, 1, 4),
  }),
  run: ({ observe }: StudentModule, { start, checks, rise, fall }) => {
    const seen: Health[] = []
    let health = start
    for (const check of checks) {
      const { healthy, disagreeing, known } = (observe as typeof Observe)(health, check === '+', { rise, fall })
      health = { healthy, disagreeing, known }
      seen.push(health)
    }
    return seen
  },
  problemWith: (_, value) => {
    const { healthy, disagreeing, known } = (value ?? {}) as Partial<Health>
    const isHealth = typeof healthy === 'boolean' && Number.isInteger(disagreeing) && typeof known === 'boolean'
    return isHealth ? undefined : 'não tem healthy, disagreeing e known'
  },
  // The check is ignored: the state stays as it was.
  afterFailure: (_, [health]) => health,
}
