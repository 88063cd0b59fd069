/**
 * The check of lesson 06.
 *
 * Pure: questions from random numbers, and what to observe.
 */
import { hostsOf, WWW } from '../../shared/network-map.ts'
import { integer, oneFrom } from '../exercise/random.ts'
import type { LessonCheck } from '../grading/check.ts'
import { item } from '../grading/grade.ts'

export const check: LessonCheck = {
  questions: random => {
    const backends = integer(random, 3, 9)
    const [place, survives] = oneFrom(random, [
      ['na memória do backend que fez o login', 'não'],
      ['no Redis, que todos os backends usam', 'sim'],
    ] as const)
    const ttl = integer(random, 5, 40)
    return [
      {
        id: 'a',
        text: `A sessão fica ${place}. Esse backend morre. O usuário continua logado? (sim ou não)`,
        answer: survives,
      },
      {
        id: 'b',
        text: `São ${backends} backends em rodízio, e a sessão fica na memória de um só. Em média, uma requisição em quantas encontra a sessão?`,
        answer: `${backends}`,
      },
      {
        id: 'c',
        text: `O TTL de backends.meutrabalho.com.br é ${ttl} s. Depois de acrescentar um registro, em quantos segundos, no máximo, um proxy que acabou de consultar usa o backend novo?`,
        answer: `${ttl}`,
      },
    ]
  },
  task: () => 'Ligue o backend4 (npm run lab -- start backend4), e acrescente o registro dele à zona, como na lição.',
  observe: async lab => {
    const backends: (string | undefined)[] = []
    for (let i = 0; i < 12; i++) backends.push((await lab.get('/status')).backend)
    const seen = [...new Set(backends)].sort().join(', ')
    const login = await lab.get('/login', {
      method: 'POST',
      json: { username: 'bruno', password: 'bruno-no-laboratorio' },
    })
    const statuses: number[] = []
    for (const { address } of hostsOf(lab.map, 'frontend')) {
      statuses.push((await lab.get('/perfil', { address })).status)
    }
    return [
      item(
        `o backend4 responde a requisições de ${WWW}`,
        backends.includes('backend4'),
        3,
        seen,
        'backend4 entre eles',
      ),
      item(
        'um login vale nos três frontends',
        statuses.join() === '200,200,200',
        2,
        `login ${login.status}; perfil ${statuses.join(' ')}`,
        '200 200 200',
      ),
    ]
  },
}
