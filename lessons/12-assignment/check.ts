/**
 * The check of lesson 12: questions, and the rubric of the assignment against this lab. `check 12 --target=ADDRESS` checks any other system.
 *
 * Read beside: rubric.ts
 * Pure: questions from random numbers, and what to observe.
 */
import { hostNamed, WWW } from '../../shared/network-map.ts'
import { integer } from '../exercise/random.ts'
import type { LessonCheck } from '../grading/check.ts'
import { observeTarget } from './observe-target.ts'
import { rubricItems } from './rubric.ts'

export const check: LessonCheck = {
  questions: random => {
    const machines = integer(random, 3, 6)
    const dead = integer(random, 1, 2)
    return [
      {
        id: 'a',
        text: `São ${machines} máquinas no rodízio e ${dead} fora do ar. O DNS não verifica nada, e o cliente não tenta o endereço seguinte. De cada ${machines} acessos, quantos falham?`,
        answer: `${dead}`,
      },
      {
        id: 'b',
        text: 'No BIND 9.18, sem nenhuma opção rrset-order, as respostas vêm em rodízio (cyclic) ou em ordem aleatória (random)?',
        answer: 'random',
      },
    ]
  },
  observe: async ({ map }) => {
    const { address, port } = hostNamed(map, 'ns1')
    const observed = await observeTarget({
      dns: { address, port },
      name: WWW,
      httpPort: hostNamed(map, 'frontend1').port,
      machines: [],
      page: '/status',
      login: '/login',
      fields: 'username=ana&password=ana-no-laboratorio',
      profile: '/perfil',
      off: 'npm run -s lab -- stop frontend2',
      on: 'npm run -s lab -- start frontend2',
    })
    return rubricItems(observed, 'ana')
  },
}
