/**
 * The check of lesson 04.
 *
 * Pure: questions from random numbers, and what to observe.
 */
import { WWW } from '../../shared/network-map.ts'
import { integer, oneFrom } from '../exercise/random.ts'
import type { LessonCheck } from '../grading/check.ts'
import { item } from '../grading/grade.ts'

export const check: LessonCheck = {
  questions: random => {
    const length = integer(random, 11, 99)
    const chunk = integer(random, 17, 250)
    const [field, verdict] = oneFrom(random, [
      ['Connection', 'removido'],
      ['Accept-Language', 'mantido'],
      ['Via', 'acrescentado'],
      ['Keep-Alive', 'removido'],
      ['X-Forwarded-For', 'acrescentado'],
    ] as const)
    return [
      {
        id: 'a',
        text: `O cabeçalho termina, e Content-Length é ${length}. Chegaram ${length + 20} bytes depois dele. Quantos bytes já são da próxima requisição?`,
        answer: '20',
      },
      {
        id: 'b',
        text: `Com Transfer-Encoding: chunked, a linha de tamanho de um pedaço de ${chunk} bytes é qual número hexadecimal?`,
        answer: chunk.toString(16),
      },
      {
        id: 'c',
        text: `Um cliente envia ${field === 'Via' || field === 'X-Forwarded-For' ? 'uma requisição sem o' : 'o'} campo ${field}. O que o proxy do laboratório faz com esse campo ao encaminhar? (mantido, removido ou acrescentado)`,
        answer: verdict,
      },
    ]
  },
  observe: async lab => {
    const { status, headers, frontend, backend } = await lab.get('/status')
    const refused = await lab.raw(
      'frontend1',
      `POST /login HTTP/1.1\r\nHost: ${WWW}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    )
    const line = refused.split('\r\n')[0] ?? ''
    return [
      item(
        'uma requisição chega a um backend',
        status === 200 && backend !== undefined,
        2,
        `${status} ${frontend}`,
        '200',
      ),
      item(
        'a resposta tem Via com o nome do frontend',
        `${headers.via}` === `1.1 ${frontend}`,
        1,
        `${headers.via}`,
        `1.1 ${frontend}`,
      ),
      item(
        'Content-Length e Transfer-Encoding juntos: 400',
        line.startsWith('HTTP/1.1 400'),
        2,
        line,
        'HTTP/1.1 400 Bad Request',
      ),
    ]
  },
}
