/**
 * The check of lesson 10.
 *
 * Pure: questions from random numbers.
 */
import { integer } from '../exercise/random.ts'
import type { LessonCheck } from '../grading/check.ts'

export const check: LessonCheck = {
  questions: random => {
    const groups = integer(random, 2, 5)
    const consumers = integer(random, 2, 4)
    const messages = integer(random, 20, 90)
    const rate = integer(random, 3, 8)
    const minutes = integer(random, 2, 9)
    return [
      {
        id: 'a',
        text: `Um tópico tem ${messages} mensagens e ${groups} grupos, cada um com ${consumers} consumidores. Sem falhas, quantas entregas há ao todo?`,
        answer: `${messages * groups}`,
      },
      {
        id: 'b',
        text: `Chegam ${rate} mensagens por segundo, e o consumidor fica desligado por ${minutes} minutos. Quantas mensagens esperam na fila?`,
        answer: `${rate * minutes * 60}`,
      },
      {
        id: 'c',
        text: 'Um consumidor grava no banco e morre antes de confirmar (ack). A mensagem é entregue de novo? (sim ou não)',
        answer: 'sim',
      },
    ]
  },
}
