/**
 * The check of lesson 08: a lab with replicas in which one MySQL and one Redis are off.
 *
 * Read beside: ../grading/observed-databases.ts
 * Pure: questions from random numbers, and what to observe.
 */
import { type Host, hostsOf } from '../../shared/network-map.ts'
import { integer, oneFrom } from '../exercise/random.ts'
import type { LessonCheck } from '../grading/check.ts'
import { type GradeItem, item } from '../grading/grade.ts'
import { clusterSize, replicationRole, rowsAt } from '../grading/observed-databases.ts'
import { locationOf, type ObservedLab } from '../grading/observed-lab.ts'

/** The two servers that this student switches off. */
function ownServers(random: () => number): { mysql: string; redis: string } {
  return {
    mysql: oneFrom(random, ['mysql', 'mysql2', 'mysql3']),
    redis: oneFrom(random, ['redis', 'redis2', 'redis3']),
  }
}

async function majority(nodes: readonly Host[], dead: string): Promise<GradeItem> {
  const sizes = await Promise.all(nodes.map(clusterSize))
  const right = nodes.every(({ name }, i) => sizes[i] === (name === dead ? undefined : 2))
  const seen = nodes.map(({ name }, i) => `${name} ${sizes[i] ?? 'não responde'}`).join(', ')
  return item(`o ${dead} está desligado, e cada um dos outros vê dois nós`, right, 1, seen, `2 e 2, sem o ${dead}`)
}

async function oneMaster(servers: readonly Host[], dead: string): Promise<GradeItem> {
  const roles = await Promise.all(servers.map(replicationRole))
  const others = roles.filter((_, i) => servers[i]?.name !== dead).sort()
  const off = roles[servers.findIndex(({ name }) => name === dead)] === undefined
  const seen = servers.map(({ name }, i) => `${name} ${roles[i] ?? 'não responde'}`).join(', ')
  const wanted = `um master e um slave, sem o ${dead}`
  return item(
    `o ${dead} está desligado, e um dos outros é o principal`,
    off && `${others}` === 'master,slave',
    1,
    seen,
    wanted,
  )
}

/** A write is accepted at one frontend; afterwards its row is looked for in each node, and removed. */
async function writeIsKept(lab: ObservedLab, nodes: readonly Host[]): Promise<GradeItem[]> {
  const username = `replica-${Date.now()}`
  const login = await lab.get('/login', { method: 'POST', json: { username: 'ana', password: 'ana-no-laboratorio' } })
  const json = { username, name: 'Réplica', password: 'quatro-patos-na-lagoa' }
  const written = await lab.get('/usuarios', { method: 'POST', json })
  const count = async (node: Host) =>
    rowsAt(node, 'SELECT id FROM users WHERE username = ?', [username]).then(
      rows => rows.length,
      () => undefined,
    )
  const counts = await Promise.all(nodes.map(count))
  const statuses: number[] = []
  for (const { address } of hostsOf(lab.map, 'frontend')) statuses.push((await lab.get('/perfil', { address })).status)
  if (written.status === 201) await lab.get(locationOf(written), { method: 'DELETE' })
  const seen = nodes.map(({ name }, i) => `${name} ${counts[i] ?? 'não responde'}`).join(', ')
  const kept = written.status === 201 && counts.filter(count => count === 1).length === 2
  const two = '201, e uma linha em dois nós'
  return [
    item('uma escrita confirmada agora está nos dois nós que restam', kept, 2, `${written.status}; ${seen}`, two),
    item(
      'um login vale nos três frontends',
      `${statuses}` === '200,200,200',
      1,
      `login ${login.status}; perfil ${statuses.join(' ')}`,
      '200 200 200',
    ),
  ]
}

export const check: LessonCheck = {
  questions: random => {
    const nodes = integer(random, 3, 9)
    const delay = integer(random, 2, 40)
    const [kind, lost] = oneFrom(random, [
      ['síncrona', '0'],
      ['assíncrona', `${delay}`],
    ] as const)
    return [
      {
        id: 'a',
        text: `Um conjunto tem ${nodes} nós, e aceita escritas só com maioria. Quantos podem morrer, no máximo, sem que ele pare?`,
        answer: `${Math.ceil(nodes / 2) - 1}`,
      },
      {
        id: 'b',
        text: `A replicação é ${kind}, e as cópias recebem cada escrita ${delay} ms depois do principal. O principal morre. De quantos milissegundos, no máximo, são as escritas confirmadas que se perdem?`,
        answer: lost,
      },
      {
        id: 'c',
        text: 'Um DELETE errado foi replicado para os três bancos. As réplicas permitem desfazê-lo? (sim ou não)',
        answer: 'não',
      },
    ]
  },
  task: random => {
    const { mysql, redis } = ownServers(random)
    return `Com npm start -- --ha: desligue o ${mysql} e o ${redis} (npm run lab -- stop), e deixe os outros ligados.`
  },
  observe: async (lab, random) => {
    const { mysql, redis } = ownServers(random)
    const nodes = hostsOf(lab.map, 'mysql')
    if (nodes.length < 3) return [item('três MySQL e três Redis', false, 5, 'um de cada', 'npm start -- --ha')]
    return [
      await majority(nodes, mysql),
      await oneMaster(hostsOf(lab.map, 'redis'), redis),
      ...(await writeIsKept(lab, nodes)),
    ]
  },
}
