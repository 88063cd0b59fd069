/**
 * The check of lesson 02.
 *
 * Pure: questions from random numbers, and what to observe.
 */
import { WWW, ZONE } from '../../shared/network-map.ts'
import { integer } from '../exercise/random.ts'
import type { LessonCheck } from '../grading/check.ts'
import { item } from '../grading/grade.ts'
import type { SeenAddress } from '../grading/observed-lab.ts'

const ownTtl = (random: () => number) => integer(random, 6, 25)

export const check: LessonCheck = {
  questions: random => {
    const count = integer(random, 3, 6)
    const answer = integer(random, 10, 60)
    const ttl = integer(random, 5, 30)
    const minutes = integer(random, 2, 9)
    return [
      {
        id: 'a',
        text: `Um RRset tem ${count} registros, numerados de 0 a ${count - 1}. A resposta 0 começa no registro 0. Em que registro começa a resposta ${answer}?`,
        answer: `${answer % count}`,
      },
      {
        id: 'b',
        text: `O TTL é ${ttl} s. Um resolvedor com cache recebe perguntas o tempo todo. No máximo, quantas consultas ele faz ao servidor autoritativo em ${minutes * ttl} s?`,
        answer: `${minutes}`,
      },
      {
        id: 'c',
        text: `Uma conexão keep-alive fica aberta. O navegador consulta o DNS de novo a cada requisição nela? (sim ou não)`,
        answer: 'não',
      },
    ]
  },
  task: random => `Mude o TTL dos registros A de www na zona (.lab/zones/db.${ZONE}) para ${ownTtl(random)} segundos.`,
  observe: async (lab, random) => {
    const ttl = ownTtl(random)
    const answers: SeenAddress[][] = []
    for (let i = 0; i < 6; i++) answers.push(await lab.addresses(WWW))
    const ttls = [...new Set(answers.flat().map(record => record.ttl))].join(', ')
    const first = answers.map(([record]) => record?.address.split('.').at(-1) ?? '–')
    const circle = answers.every((records, i) => {
      const before = answers[i - 1]
      return before === undefined || records[0]?.address === before[1]?.address
    })
    return [
      item(`o TTL de ${WWW} é ${ttl}`, ttls === `${ttl}`, 3, ttls || 'nenhum registro', `${ttl}`),
      item('seis consultas seguidas: cada uma começa um endereço depois', circle, 2, first.join(' '), 'um rodízio'),
    ]
  },
}
