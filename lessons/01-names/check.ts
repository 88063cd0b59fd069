/**
 * The check of lesson 01.
 *
 * Pure: questions from random numbers, and what to observe.
 */
import { WWW, ZONE } from '../../shared/network-map.ts'
import { integer, oneFrom } from '../exercise/random.ts'
import type { LessonCheck } from '../grading/check.ts'
import { item } from '../grading/grade.ts'

const HOSTS = ['frontend2', 'backends', 'ingressos', 'mail', 'ns1', 'turma', 'biblioteca', 'secretaria']

/** The label that this student adds to the zone, and the last octet of its address. */
function ownRecord(random: () => number): { label: string; octet: number } {
  return { label: `aluno-${integer(random, 1000, 9999)}`, octet: integer(random, 100, 199) }
}

export const check: LessonCheck = {
  questions: random => {
    const host = oneFrom(random, HOSTS)
    const name = `${host}.${ZONE}`
    const pointer = integer(random, 12, 600)
    const labels = oneFrom(random, [2, 3, 4, 5])
    return [
      {
        id: 'a',
        text: `Quantos bytes tem o nome ${name}, sem compressão, em uma mensagem DNS?`,
        answer: `${name.split('.').reduce((sum, label) => sum + 1 + label.length, 1)}`,
      },
      {
        id: 'b',
        text: `Quais são os dois bytes, em hexadecimal (como c00c), de um ponteiro para a posição ${pointer}?`,
        answer: (0xc000 | pointer).toString(16),
      },
      {
        id: 'c',
        text: `Um nome tem ${labels} rótulos, e nenhum ponteiro. Quantos bytes de tamanho ele tem, contando o zero do fim?`,
        answer: `${labels + 1}`,
      },
    ]
  },
  task: random => {
    const { label, octet } = ownRecord(random)
    return `Acrescente à zona (.lab/zones/db.${ZONE}) um registro A de nome ${label}, com um endereço terminado em .${octet}.`
  },
  observe: async (lab, random) => {
    const { label, octet } = ownRecord(random)
    const wanted = `${lab.map.prefix}.${octet}`
    const own = await lab.addresses(`${label}.${ZONE}`)
    const www = await lab.addresses(WWW)
    const seen = own.map(({ address }) => address).join(', ')
    return [
      item(`o DNS responde ${label}.${ZONE}`, seen === wanted, 4, seen || 'nenhum registro A', wanted),
      item(`${WWW} continua com três endereços`, www.length === 3, 1, `${www.length}`, '3'),
    ]
  },
}
