/**
 * Exercise 05: pick the next healthy backend.
 *
 * Read beside: round-robin.ts (the stub), edge-proxy/balance/round-robin.ts (ours)
 * Pure.
 */
import type { nextTurn as NextTurn, WeightedTurn } from '../../edge-proxy/balance/round-robin.ts'
import type { Exercise, StudentModule } from '../exercise/exercise.ts'
import { integer } from '../exercise/random.ts'

export interface TurnsInput {
  readonly weights: readonly number[]
  /** For each turn: a letter for each backend, `u` available, `d` not. */
  readonly turns: readonly string[]
}

const turns = (count: number, available: string) => Array.from({ length: count }, () => available)

export const exercise: Exercise<TurnsInput> = {
  number: '05',
  title: 'Escolher o próximo backend disponível',
  file: 'round-robin.ts',
  replaces: 'edge-proxy/balance/round-robin.ts',
  functions: ['nextTurn'],
  throws: [],
  imports: [],
  components: ['frontend1', 'frontend2', 'frontend3'],
  without: {},
  shownIn: ['edge.pick'],
  cases: [
    { name: 'três backends iguais: um depois do outro', input: { weights: [1, 1, 1], turns: turns(6, 'uuu') } },
    { name: 'um fora: os outros dois se alternam', input: { weights: [1, 1, 1], turns: turns(6, 'udu') } },
    { name: 'todos fora: -1', input: { weights: [1, 1, 1], turns: ['uuu', 'ddd', 'uuu'] } },
    { name: 'um só', input: { weights: [1], turns: turns(3, 'u') } },
    { name: 'pesos 5, 1, 1: a a b a c a a (sem sete seguidos)', input: { weights: [5, 1, 1], turns: turns(7, 'uuu') } },
    { name: 'pesos 2 e 1', input: { weights: [2, 1], turns: turns(6, 'uu') } },
    {
      name: 'um backend sai e volta',
      input: { weights: [1, 1, 1], turns: ['uuu', 'uuu', 'udu', 'udu', 'uuu', 'uuu', 'uuu'] },
    },
    { name: 'nenhum backend: -1', input: { weights: [], turns: [''] } },
  ],
  generate: random => {
    const weights = Array.from({ length: integer(random, 1, 5) }, () => integer(random, 1, 4))
    const turn = () => weights.map(() => (random() < 0.8 ? 'u' : 'd')).join('')
    return { weights, turns: Array.from({ length: integer(random, 1, 20) }, turn) }
  },
  run: ({ nextTurn }: StudentModule, { weights, turns }) => {
    const candidates = weights.map(weight => ({ weight }))
    let credits: readonly number[] = []
    return turns.map(letters => {
      const turn = (nextTurn as typeof NextTurn)(candidates, index => letters[index] === 'u', credits)
      credits = turn.credits
      return turn.index
    })
  },
  problemWith: (_, value) => {
    const { index, credits } = (value ?? {}) as Partial<WeightedTurn>
    if (!Number.isInteger(index) || (index as number) < -1) return 'index não é a posição de um backend nem -1'
    return Array.isArray(credits) && credits.every(Number.isFinite) ? undefined : 'credits não é uma lista de números'
  },
  // No backend is available: the edge proxy answers 503 to this request.
  afterFailure: (_, [, , credits]) => ({ index: -1, credits }),
}
