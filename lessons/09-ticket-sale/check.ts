/**
 * The check of lesson 09.
 *
 * Pure: questions from random numbers.
 */
import { integer } from '../exercise/random.ts'
import type { LessonCheck } from '../grading/check.ts'

export const check: LessonCheck = {
  questions: random => {
    const available = integer(random, 5, 9)
    const first = integer(random, 1, 4)
    const second = integer(random, available - first + 1, available)
    const repeats = integer(random, 2, 6)
    return [
      {
        id: 'a',
        text: `Restam ${available} lugares. Chegam, nesta ordem, uma reserva de ${first} e outra de ${second}. Com a condição no UPDATE, quantas linhas o segundo UPDATE muda?`,
        answer: '0',
      },
      {
        id: 'b',
        text: `Um cliente envia a mesma reserva de ${first} lugares ${repeats} vezes, com a mesma chave. Quantos lugares são reservados ao todo?`,
        answer: `${first}`,
      },
      {
        id: 'c',
        text: `A reserva foi feita às 10:00:00 e dura 120 s. Que status recebe uma compra às 10:0${integer(random, 3, 9)}:00?`,
        answer: '410',
      },
    ]
  },
}
