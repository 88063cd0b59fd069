/**
 * The check of lesson 09: what was bought, that no event is oversold, and that a repeated reservation is one reservation.
 *
 * Read beside: apps/ingressos/migrations/ (the tables)
 * Pure: questions from random numbers, and what to observe.
 */
import { hostNamed } from '../../shared/network-map.ts'
import { integer } from '../exercise/random.ts'
import type { LessonCheck } from '../grading/check.ts'
import { type GradeItem, item } from '../grading/grade.ts'
import { rowsAt } from '../grading/observed-databases.ts'
import { locationOf, type ObservedLab } from '../grading/observed-lab.ts'

const ownQuantity = (random: () => number) => integer(random, 1, 4)

const BOUGHT = `SELECT quantity FROM ingressos_reservations r JOIN users u ON u.id = r.user_id
  WHERE u.username = 'bruno' AND r.event_id = 1 AND r.state = 'bought'`

/** Per event: the seats that are not available, and those that reservations hold. */
const SEATS = `SELECT e.name, e.total - e.available AS gone,
    (SELECT COALESCE(SUM(r.quantity), 0) FROM ingressos_reservations r
      WHERE r.event_id = e.id AND r.state IN ('reserved', 'bought')) AS held
  FROM ingressos_events e`

async function boughtOnce(lab: ObservedLab, quantity: number): Promise<GradeItem> {
  const rows = await rowsAt(hostNamed(lab.map, 'mysql'), BOUGHT)
  const seen = rows.map(row => `uma compra de ${row.quantity}`).join(', ') || 'nenhuma compra'
  const right = rows.length === 1 && rows[0]?.quantity === quantity
  return item('o bruno comprou uma vez, mesmo com a requisição repetida', right, 2, seen, `uma compra de ${quantity}`)
}

async function nothingOversold(lab: ObservedLab): Promise<GradeItem> {
  const events = await rowsAt(hostNamed(lab.map, 'mysql'), SEATS)
  const right = events.every(({ gone, held }) => Number(gone) === Number(held) && Number(gone) >= 0)
  const seen = events
    .map(({ name, gone, held }) => `${name}: saíram ${gone}, reservados ou vendidos ${held}`)
    .join('; ')
  return item('em cada evento, os lugares que saíram são os reservados e vendidos', right, 1, seen, 'os mesmos números')
}

/** Reserves one seat twice with the same key, and gives it back. */
async function sameKeyOnce(lab: ObservedLab): Promise<GradeItem> {
  const json = { username: 'bruno', password: 'bruno-no-laboratorio' }
  await lab.send('ingressos', '/login', { method: 'POST', json })
  await lab.send('ingressos', '/eventos/1/fila', { method: 'POST' })
  await lab.untilSent(
    'ingressos',
    '/eventos/1/fila',
    ({ status, body }) => status !== 200 || /"admitido":true/.test(body),
  )
  const headers = { 'idempotency-key': `check-${Date.now()}` }
  const reserve = () =>
    lab.send('ingressos', '/eventos/1/reservas', { method: 'POST', headers, json: { quantidade: 1 } })
  const [first, second] = [await reserve(), await reserve()]
  if (first.status === 201) await lab.send('ingressos', locationOf(first), { method: 'DELETE' })
  const places = [first, second].map(response => `${response.status} ${locationOf(response)}`)
  const right = first.status === 201 && places[0] === places[1] && second.headers['idempotency-replayed'] === 'true'
  return item(
    'a mesma chave duas vezes: uma reserva só',
    right,
    2,
    places.join(', '),
    '201 e a mesma reserva, duas vezes',
  )
}

export const check: LessonCheck = {
  questions: random => {
    const available = integer(random, 5, 9)
    const first = integer(random, 1, 4)
    const second = integer(random, available - first + 1, available)
    const repeats = integer(random, 2, 6)
    return [
      {
        id: 'a',
        text: `Restam ${available} lugares. Chegam, nesta ordem, uma reserva de ${first} e outra de ${second}. Com a condição no UPDATE, quantas linhas o segundo UPDATE muda?`,
        answer: '0',
      },
      {
        id: 'b',
        text: `Um cliente envia a mesma reserva de ${first} lugares ${repeats} vezes, com a mesma chave. Quantos lugares são reservados ao todo?`,
        answer: `${first}`,
      },
      {
        id: 'c',
        text: `A reserva foi feita às 10:00:00 e dura 120 s. Que status recebe uma compra às 10:0${integer(random, 3, 9)}:00?`,
        answer: '410',
      },
    ]
  },
  task: random =>
    `Como bruno, reserve ${ownQuantity(random)} lugar(es) do evento 1, e compre a reserva: POST /reservas/NÚMERO/compra, com uma Idempotency-Key. Repita a compra com a mesma chave, por outro servidor.`,
  observe: async (lab, random) => {
    const { status } = await lab.send('ingressos', '/eventos')
    if (status !== 200) return [item('a aplicação ligada', false, 5, `${status}`, 'npm run lab -- start ingressos')]
    return [await boughtOnce(lab, ownQuantity(random)), await nothingOversold(lab), await sameKeyOnce(lab)]
  },
}
