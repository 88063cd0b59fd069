/**
 * The check of lesson 07.
 *
 * Pure: questions from random numbers, and what to observe.
 */
import { WWW } from '../../shared/network-map.ts'
import { integer } from '../exercise/random.ts'
import type { LessonCheck } from '../grading/check.ts'
import { type GradeItem, item } from '../grading/grade.ts'

/** Each must be refused, with one of these statuses, by a frontend that then closes the connection. */
const ATTACKS: readonly (readonly [name: string, head: string, statuses: readonly string[]])[] = [
  ['dois Content-Length', `POST / HTTP/1.1\r\nHost: ${WWW}\r\nContent-Length: 1\r\nContent-Length: 2`, ['400']],
  [
    'Content-Length e Transfer-Encoding',
    `POST / HTTP/1.1\r\nHost: ${WWW}\r\nContent-Length: 1\r\nTransfer-Encoding: chunked`,
    ['400'],
  ],
  ['um espaço antes dos dois-pontos', `POST / HTTP/1.1\r\nHost: ${WWW}\r\nTransfer-Encoding : chunked`, ['400']],
  ['chunked que não vem por último', `POST / HTTP/1.1\r\nHost: ${WWW}\r\nTransfer-Encoding: chunked, gzip`, ['400']],
  ['dois Host', `GET / HTTP/1.1\r\nHost: ${WWW}\r\nHost: x`, ['400']],
  ['um cabeçalho de 20 mil bytes', `GET / HTTP/1.1\r\nHost: ${WWW}\r\nX: ${'a'.repeat(20_000)}`, ['431']],
]

export const check: LessonCheck = {
  questions: random => {
    const length = integer(random, 30, 90)
    const extra = integer(random, 11, 29)
    const query = integer(random, 40, 60)
    const factor = integer(random, 3, 50)
    const seconds = integer(random, 5, 20)
    return [
      {
        id: 'a',
        text: `O proxy acredita em Content-Length: ${length + extra}; o backend, em Content-Length: ${length}. Quantos bytes do corpo o backend lê como o começo de outra requisição?`,
        answer: `${extra}`,
      },
      {
        id: 'b',
        text: `Uma consulta DNS de ${query} bytes, com origem falsa, causa uma resposta de ${query * factor} bytes. Qual é o fator de amplificação?`,
        answer: `${factor}`,
      },
      {
        id: 'c',
        text: `Um cliente lento manda um byte a cada ${seconds - 1} s. O servidor só encerra conexões paradas por ${seconds} s, sem prazo para o cabeçalho inteiro. Ele encerra esta conexão? (sim ou não)`,
        answer: 'não',
      },
    ]
  },
  observe: async lab => {
    const items: GradeItem[] = []
    for (const [name, head, statuses] of ATTACKS) {
      const line = (await lab.raw('frontend1', `${head}\r\n\r\n`)).split('\r\n')[0] ?? ''
      items.push(item(name, statuses.includes(line.split(' ')[1] ?? ''), 0.5, line || 'nada', statuses.join(' ou ')))
    }
    const { status } = await lab.get('/status')
    return [...items, item('depois dos ataques, o laboratório responde', status === 200, 2, `${status}`, '200')]
  },
}
