/**
 * The check of lesson 08.
 *
 * Pure: questions from random numbers.
 */
import { integer, oneFrom } from '../exercise/random.ts'
import type { LessonCheck } from '../grading/check.ts'

export const check: LessonCheck = {
  questions: random => {
    const nodes = integer(random, 3, 9)
    const delay = integer(random, 2, 40)
    const [kind, lost] = oneFrom(random, [
      ['síncrona', '0'],
      ['assíncrona', `${delay}`],
    ] as const)
    return [
      {
        id: 'a',
        text: `Um conjunto tem ${nodes} nós, e aceita escritas só com maioria. Quantos podem morrer, no máximo, sem que ele pare?`,
        answer: `${Math.ceil(nodes / 2) - 1}`,
      },
      {
        id: 'b',
        text: `A replicação é ${kind}, e as cópias recebem cada escrita ${delay} ms depois do principal. O principal morre. De quantos milissegundos, no máximo, são as escritas confirmadas que se perdem?`,
        answer: lost,
      },
      {
        id: 'c',
        text: 'Um DELETE errado foi replicado para os três bancos. As réplicas permitem desfazê-lo? (sim ou não)',
        answer: 'não',
      },
    ]
  },
}
