/**
 * The check of lesson 05.
 *
 * Pure: questions from random numbers, and what to observe.
 */
import { integer, oneFrom } from '../exercise/random.ts'
import type { LessonCheck } from '../grading/check.ts'
import { item } from '../grading/grade.ts'

const ownBackend = (random: () => number) => `backend${integer(random, 1, 3)}`

export const check: LessonCheck = {
  questions: random => {
    const [method, repeatable] = oneFrom(random, [
      ['GET', 'sim'],
      ['POST', 'não'],
      ['PUT', 'sim'],
      ['DELETE', 'sim'],
      ['PATCH', 'não'],
      ['HEAD', 'sim'],
    ] as const)
    const weight = integer(random, 2, 6)
    const rounds = integer(random, 2, 9)
    return [
      {
        id: 'a',
        text: `O proxy já enviou um ${method} inteiro a um backend, e a conexão caiu sem nenhum byte de resposta. Pela definição de método idempotente, a requisição pode ser enviada de novo? (sim ou não)`,
        answer: repeatable,
      },
      {
        id: 'b',
        text: `Dois backends, com pesos ${weight} e 1, disponíveis o tempo todo. Em ${rounds * (weight + 1)} requisições, quantas vão para o segundo?`,
        answer: `${rounds}`,
      },
      {
        id: 'c',
        text: 'A conexão com um backend foi recusada, e nada foi enviado. Um POST pode ir para outro backend? (sim ou não)',
        answer: 'sim',
      },
    ]
  },
  task: random => `Desligue o ${ownBackend(random)} (npm run lab -- stop), e deixe os outros ligados.`,
  observe: async (lab, random) => {
    const dead = ownBackend(random)
    const responses = []
    for (let i = 0; i < 12; i++) responses.push(await lab.get('/status'))
    const statuses = responses.map(({ status }) => status)
    const backends = [...new Set(responses.map(({ backend }) => backend ?? '–'))].sort()
    return [
      item(
        'doze requisições, todas com 200',
        statuses.every(status => status === 200),
        2,
        statuses.join(' '),
        '200',
      ),
      item(
        `nenhuma foi respondida pelo ${dead}, e os outros dois responderam`,
        backends.length === 2 && !backends.includes(dead),
        3,
        backends.join(', '),
        `os outros dois, sem ${dead}`,
      ),
    ]
  },
}
