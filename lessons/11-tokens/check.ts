/**
 * The check of lesson 11.
 *
 * Pure: questions from random numbers.
 */
import { integer, oneFrom } from '../exercise/random.ts'
import type { LessonCheck } from '../grading/check.ts'

export const check: LessonCheck = {
  questions: random => {
    const issued = integer(random, 1000, 9000)
    const name = oneFrom(random, ['ana', 'bruno', 'carla', 'davi', 'elisa', 'fabio'])
    const [question, answer] = oneFrom(random, [
      ['ler o que há em um token que copiou', 'sim'],
      ['trocar o campo roles de um token sem que a API perceba', 'não'],
      ['usar um token copiado até o fim do prazo', 'sim'],
    ] as const)
    return [
      {
        id: 'a',
        text: `Um token tem iat ${issued} e vale 5 minutos. Qual é o exp?`,
        answer: `${issued + 300}`,
      },
      {
        id: 'b',
        text: `Que texto está codificado em base64url em ${Buffer.from(`{"sub":"${name}"}`).toString('base64url')}? Escreva só o valor de sub.`,
        answer: name,
      },
      { id: 'c', text: `Sem a chave privada, alguém consegue ${question}? (sim ou não)`, answer },
    ]
  },
}
