/**
 * Each of the three processes is killed between any two of its steps, many times, while people sign up and an admin decides. Afterwards
 * every sign-up that was answered with 202 has exactly one effect.
 *
 * The seed decides after which step each process is killed. The relay between a process and its databases counts the steps
 * (testing/killed-process.ts), so nothing in the programs is there for this test.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { Browser } from '../../backend/testing/browser.ts'
import { seeded } from '../../backend/testing/random.ts'
import { prefix, startServers } from '../../backend/testing/servers.ts'
import { until } from '../../test/testing/until.ts'
import { person } from './testing/cadastro.ts'
import { effectsOf } from './testing/effects.ts'
import { KilledProcess } from './testing/killed-process.ts'

const SEED = 20_261_128
const KILLS_EACH = 4
const LIMIT_MS = 120_000

const cache = mkdtempSync(join(tmpdir(), 'cadastro-kill-'))
t.teardown(() => rmSync(cache, { recursive: true, force: true }))
await startServers(t)

const random = seeded(SEED)
const processes = await Promise.all(
  ['acesso', 'orquestrador', 'analise'].map((name, index) =>
    KilledProcess.start(t, {
      program: `apps/cadastro/${name}/main.ts`,
      address: `${prefix}.${40 + index}`,
      relay: `${prefix}.${140 + index}`,
      mysql: `${prefix}.3`,
      redis: `${prefix}.4`,
      random: seeded(SEED + index),
      kills: KILLS_EACH,
      env: { NODE_COMPILE_CACHE: cache },
    }),
  ),
)
const acesso = { url: `http://${prefix}.40:3000` }
const ana = new Browser()

/** Asks until there is a response below 500: the server may have been killed. */
async function askUntilAnswered(browser: Browser, path: string, json?: unknown, method = json ? 'POST' : 'GET') {
  let response: Awaited<ReturnType<Browser['ask']>> | undefined
  await until(
    `an answer to ${path}`,
    async () => {
      response = await browser.ask(acesso, path, { method, ...(json ? { json } : {}) }).catch(() => undefined)
      return response !== undefined && response.status < 500
    },
    LIMIT_MS,
  )
  return response as NonNullable<typeof response>
}

t.test('every 202 has exactly one effect, wherever the processes are killed', async t => {
  await askUntilAnswered(ana, '/login', { username: 'ana', password: 'ana-no-laboratorio' })
  const accepted: { id: string; username: string; decision: 'aprovado' | 'recusado' }[] = []
  const wave = async () => {
    const people = Array.from({ length: 6 }, () => person())
    await Promise.all(
      people.map(async who => {
        // Without an answer it is not known whether the row was committed: such a sign-up is only counted as a row.
        const response = await new Browser().ask(acesso, '/cadastros', { json: who }).catch(() => undefined)
        const decision = random() < 0.5 ? 'aprovado' : 'recusado'
        if (response?.status === 202) accepted.push({ id: response.json.id, username: who.username, decision })
      }),
    )
  }
  const decided = new Set<string>()
  /** Decides what is in review. A response may be lost, so it is asked again: repeating is harmless. */
  const decide = async () => {
    for (const { id, decision } of accepted.filter(({ id }) => !decided.has(id))) {
      const { json } = await askUntilAnswered(ana, `/cadastros/${id}`)
      if (json.estado === decision) decided.add(id)
      if (json.estado !== 'em-analise') continue
      const path = `/cadastros/${id}/${decision === 'aprovado' ? 'aprovacao' : 'recusa'}`
      t.equal((await askUntilAnswered(ana, path, {}, 'POST')).status, 200)
    }
  }
  await until(
    'each was killed often enough',
    async () => {
      await wave()
      await decide()
      return processes.every(({ finished }) => finished) && accepted.length > KILLS_EACH
    },
    LIMIT_MS,
  )
  await until(
    'everything is decided',
    async () => {
      await decide()
      const { mortas } = (await askUntilAnswered(ana, '/filas')).json
      // A message that was in progress at five kills: an admin sends it again.
      for (const { id } of mortas) await askUntilAnswered(ana, `/filas/mortas/${id}/reenvio`, {}, 'POST')
      return accepted.every(({ id }) => decided.has(id))
    },
    LIMIT_MS,
  )
  const where = { mysql: `${prefix}.3`, redis: `${prefix}.4` }
  const ids = accepted.map(({ id }) => id)
  // Rows that were committed although their 202 was never sent: they are processed as well.
  await until(
    'what was not answered is in review',
    async () => (await effectsOf(where)).unfinished(ids).length === 0,
    LIMIT_MS,
  )
  await until(
    'the queues are empty',
    async () => {
      const { filas, saida } = (await askUntilAnswered(ana, '/filas')).json
      return saida === 0 && JSON.stringify(filas).match(/"(?:atraso|pendentes)":[1-9]/) === null
    },
    LIMIT_MS,
  )

  t.comment(`${accepted.length} sign-ups were accepted`)
  for (const [index, { kills }] of processes.entries()) {
    t.equal(kills.length, KILLS_EACH)
    t.comment(`${['acesso', 'orquestrador', 'analise'][index]} was killed ${kills.join(', ')}`)
  }
  const effects = await effectsOf(where)
  for (const { id, username, decision } of accepted) {
    const approved = decision === 'aprovado'
    t.strictSame(
      effects.of(id, username),
      {
        states: ['recebido', 'em-analise', decision].sort(),
        users: approved ? 1 : 0,
        created: approved ? 1 : 0,
        emails: approved ? 1 : 0,
        indexed: approved ? 1 : 0,
        personal: false,
        listed: false,
      },
      `${decision} ${id}`,
    )
  }
})
