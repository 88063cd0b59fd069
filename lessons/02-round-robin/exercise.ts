/**
 * Exercise 02: rotate an RRset.
 *
 * Read beside: rotation.ts (the stub), dns-server/answer/rotation.ts (ours)
 * Pure.
 */
import type { nextStart as NextStart, rotate as Rotate } from '../../dns-server/answer/rotation.ts'
import type { Exercise, StudentModule } from '../exercise/exercise.ts'
import { integer } from '../exercise/random.ts'

export interface RotationInput {
  readonly count: number
  /** The start of the first answer. */
  readonly start: number
  /** Positions that are not sent, because their machine is down. */
  readonly down: readonly number[]
  readonly answers: number
}

const NO_FAST_PATH = `export class Compiled {
  size = 0
  answer() { return undefined }
}`

export const exercise: Exercise<RotationInput> = {
  number: '02',
  title: 'Girar um RRset',
  file: 'rotation.ts',
  replaces: 'dns-server/answer/rotation.ts',
  functions: ['rotate', 'nextStart'],
  throws: [],
  imports: [],
  components: ['ns1'],
  // The table of prepared answers was made by our rotation.
  without: { 'dns-server/compiled/compiled.ts': NO_FAST_PATH },
  shownIn: ['dns.query'],
  cases: [
    { name: 'três registros, a partir do primeiro', input: { count: 3, start: 0, down: [], answers: 1 } },
    {
      name: 'três registros, a partir do último: a lista dá a volta',
      input: { count: 3, start: 2, down: [], answers: 1 },
    },
    { name: 'um registro só', input: { count: 1, start: 0, down: [], answers: 3 } },
    {
      name: 'quatro respostas seguidas: a quarta é igual à primeira',
      input: { count: 3, start: 0, down: [], answers: 4 },
    },
    { name: 'cinco registros: cada um é o primeiro uma vez', input: { count: 5, start: 1, down: [], answers: 5 } },
    {
      name: 'uma máquina fora: as outras duas são a primeira o mesmo número de vezes',
      input: { count: 3, start: 0, down: [1], answers: 6 },
    },
    { name: 'a primeira máquina fora', input: { count: 3, start: 0, down: [0], answers: 6 } },
  ],
  generate: random => {
    const count = integer(random, 1, 8)
    const down = Array.from({ length: count }, (_, position) => position).filter(() => random() < 0.3)
    return {
      count,
      start: integer(random, 0, count - 1),
      down: down.length === count ? [] : down,
      answers: integer(random, 1, 12),
    }
  },
  run: ({ rotate, nextStart }: StudentModule, { count, start, down, answers }) => {
    const sent: number[][] = []
    let first = start
    for (let i = 0; i < answers; i++) {
      const order = (rotate as typeof Rotate)(count, first).filter(position => !down.includes(position))
      sent.push(order)
      first = (nextStart as typeof NextStart)(count, order, first)
    }
    return sent
  },
  problemWith: (name, value) => {
    if (name === 'nextStart') return Number.isInteger(value) ? undefined : `não é um número inteiro: ${value}`
    const isList = Array.isArray(value) && value.every(position => Number.isInteger(position) && position >= 0)
    return isList ? undefined : 'não é uma lista de posições'
  },
  // The DNS server answers SERVFAIL.
  afterFailure: (name, _, why) => {
    throw new Error(`${name}: ${why}`)
  },
}
