/**
 * The check of lesson 03.
 *
 * Pure: questions from random numbers, and what to observe.
 */
import { hostNamed, WWW } from '../../shared/network-map.ts'
import { integer } from '../exercise/random.ts'
import type { LessonCheck } from '../grading/check.ts'
import { item } from '../grading/grade.ts'

const ownFrontend = (random: () => number) => `frontend${integer(random, 1, 3)}`

export const check: LessonCheck = {
  questions: random => {
    const fall = integer(random, 2, 5)
    const interval = integer(random, 1, 6)
    const ttl = integer(random, 5, 60)
    const machines = integer(random, 3, 8)
    return [
      {
        id: 'a',
        text: `Uma verificação a cada ${interval} s, e fall ${fall}. A máquina morre logo antes de uma verificação. Quantos segundos depois dessa primeira falha ela sai do rodízio?`,
        answer: `${interval * (fall - 1)}`,
      },
      {
        id: 'b',
        text: `A máquina saiu das respostas do DNS. O TTL é ${ttl} s. Por quantos segundos, no máximo, um cliente com cache ainda pode receber o endereço dela?`,
        answer: `${ttl}`,
      },
      {
        id: 'c',
        text: `São ${machines} máquinas no rodízio, uma morta, e o servidor DNS não verifica nada. Que fração das consultas recebe a máquina morta em primeiro lugar? (escreva 1/n)`,
        answer: `1/${machines}`,
      },
    ]
  },
  task: random => `Desligue o ${ownFrontend(random)} (npm run lab -- stop), e deixe os outros ligados.`,
  observe: async (lab, random) => {
    const dead = ownFrontend(random)
    const { address } = hostNamed(lab.map, dead)
    const answers = []
    for (let i = 0; i < 3; i++) answers.push((await lab.addresses(WWW)).map(record => record.address))
    const statuses = []
    for (let i = 0; i < 6; i++) statuses.push((await lab.get('/status')).status)
    const others = answers.every(records => records.length === 2 && !records.includes(address))
    return [
      item(
        `o DNS não envia o ${dead}, e envia os outros dois`,
        others,
        3,
        answers.map(a => a.join(' ')).join(' | '),
        `sem ${address}`,
      ),
      item(
        'seis requisições pelo nome, todas com 200',
        statuses.every(status => status === 200),
        2,
        statuses.join(' '),
        '200',
      ),
    ]
  },
}
