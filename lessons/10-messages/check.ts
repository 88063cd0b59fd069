/**
 * The check of lesson 10: a sign-up that was approved once, a message that is delivered twice, and no dead letters.
 *
 * Read beside: apps/cadastro/topics.ts (the messages), apps/cadastro/routes/queues.ts (`GET /filas`)
 * Pure: questions from random numbers, and what to observe.
 */
import { messageAbout } from '../../apps/cadastro/topics.ts'
import { encodeEnvelope } from '../../backend/queue/envelope.ts'
import { laneOf } from '../../backend/queue/lanes.ts'
import { keysFor } from '../../backend/queue/redis-names.ts'
import { hostNamed } from '../../shared/network-map.ts'
import { integer } from '../exercise/random.ts'
import type { LessonCheck } from '../grading/check.ts'
import { item } from '../grading/grade.ts'
import { masterOf, redisCommand, rowsAt } from '../grading/observed-databases.ts'
import type { ObservedLab } from '../grading/observed-lab.ts'

const ownUsername = (random: () => number) => `pessoa${integer(random, 1000, 9999)}`

const EFFECTS = `SELECT h.signup_id AS id, GROUP_CONCAT(h.state ORDER BY h.at, h.state) AS states,
    (SELECT COUNT(*) FROM users WHERE username = ?) AS users
  FROM cadastro_history h JOIN cadastro_search s ON s.signup_id = h.signup_id JOIN users u ON u.id = s.user_id
  WHERE u.username = ? GROUP BY h.signup_id`

/** `aprovado, uma conta`, and the id of the sign-up. */
async function effectsOf(lab: ObservedLab, username: string): Promise<{ id?: string; seen: string }> {
  const rows = await rowsAt(hostNamed(lab.map, 'mysql'), EFFECTS, [username, username])
  const [row] = rows
  if (row === undefined) return { seen: 'nenhum cadastro aprovado' }
  return { id: row.id, seen: `${rows.length} cadastro: ${row.states}; contas: ${row.users}` }
}

/** Puts one message into the topic twice: the same envelope, with the same number. A broker that has lost an acknowledgement does this. */
async function deliverTwice(lab: ObservedLab, id: string): Promise<void> {
  const text = encodeEnvelope(messageAbout('cadastro.recebido', id, '', Date.now()))
  const { stream } = keysFor('cadastros', laneOf(id))
  const redis = await masterOf(lab.map)
  for (let i = 0; i < 2; i++) await redisCommand(redis, 'XADD', stream, '*', 'message', text)
}

interface Queues {
  readonly filas: readonly { readonly grupos: readonly { readonly atraso: number; readonly pendentes: number }[] }[]
  readonly mortas: readonly { readonly motivo: string }[]
}

/** Logged in as ana: what waits, once nothing waits any more. */
async function emptyQueues(lab: ObservedLab): Promise<Queues> {
  await lab.send('cadastro', '/login', { method: 'POST', json: { username: 'ana', password: 'ana-no-laboratorio' } })
  const waits = ({ filas }: Queues) => filas.some(({ grupos }) => grupos.some(g => g.atraso > 0 || g.pendentes > 0))
  const response = await lab.untilSent(
    'cadastro',
    '/filas',
    ({ status, json }) => status !== 200 || !waits(json<Queues>()),
  )
  return response.json<Queues>()
}

export const check: LessonCheck = {
  questions: random => {
    const groups = integer(random, 2, 5)
    const consumers = integer(random, 2, 4)
    const messages = integer(random, 20, 90)
    const rate = integer(random, 3, 8)
    const minutes = integer(random, 2, 9)
    return [
      {
        id: 'a',
        text: `Um tópico tem ${messages} mensagens e ${groups} grupos, cada um com ${consumers} consumidores. Sem falhas, quantas entregas há ao todo?`,
        answer: `${messages * groups}`,
      },
      {
        id: 'b',
        text: `Chegam ${rate} mensagens por segundo, e o consumidor fica desligado por ${minutes} minutos. Quantas mensagens esperam na fila?`,
        answer: `${rate * minutes * 60}`,
      },
      {
        id: 'c',
        text: 'Um consumidor grava no banco e morre antes de confirmar (ack). A mensagem é entregue de novo? (sim ou não)',
        answer: 'sim',
      },
    ]
  },
  task: random =>
    `Cadastre ${ownUsername(random)}, como a carla na lição, com outro e-mail; depois aprove o cadastro como ana. Deixe os três servidores ligados.`,
  observe: async (lab, random) => {
    const { status } = await lab.send('cadastro', '/filas')
    if (status === 503) return [item('a aplicação ligada', false, 5, `${status}`, 'npm run lab -- start cadastro')]
    const username = ownUsername(random)
    const before = await effectsOf(lab, username)
    const wanted = '1 cadastro: recebido,em-analise,aprovado; contas: 1'
    const right = before.seen === wanted
    if (before.id !== undefined) await deliverTwice(lab, before.id)
    const { mortas } = await emptyQueues(lab)
    const after = await effectsOf(lab, username)
    const dead = mortas.map(({ motivo }) => motivo).join('; ')
    return [
      item(`o cadastro de ${username} foi aprovado, e a conta existe uma vez`, right, 2, before.seen, wanted),
      item(
        'a mensagem do cadastro entregue mais duas vezes: nada muda',
        right && after.seen === before.seen,
        2,
        after.seen,
        wanted,
      ),
      item('nenhuma carta morta', mortas.length === 0, 1, `${mortas.length}: ${dead}`, '0'),
    ]
  },
}
