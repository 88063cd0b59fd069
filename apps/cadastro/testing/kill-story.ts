/**
 * People sign up and an admin decides, while every program is killed between two of its steps, and servers are killed too. Afterwards every
 * sign-up that was answered with 202 has exactly one effect.
 *
 * Read beside: killed-process.ts (counts the steps), effects.ts (what is compared), ../kill.test.ts, ../../kafka-kill.test.ts
 * Touches the world: starts and kills processes.
 */
import type { Test } from 'tap'
import { Browser } from '../../../backend/testing/browser.ts'
import { seeded } from '../../../backend/testing/random.ts'
import { prefix } from '../../../backend/testing/servers.ts'
import { until } from '../../../test/testing/until.ts'
import type { KilledServer } from '../../testing/killed-server.ts'
import { person } from './cadastro.ts'
import { effectsOf } from './effects.ts'
import { KilledProcess } from './killed-process.ts'

export interface KillStory {
  readonly seed: number
  /** How often each program is killed. */
  readonly kills: number
  /** Servers that are killed once, one after the other. */
  readonly servers: readonly KilledServer[]
  /** Settings of the programs. */
  readonly env: Readonly<Record<string, string>>
}

const PROGRAMS = ['acesso', 'orquestrador', 'analise']
const LIMIT_MS = 150_000
const WHERE = { mysql: `${prefix}.3`, redis: `${prefix}.4` }
const acesso = { url: `http://${prefix}.40:3000` }

interface AcceptedSignUp {
  readonly id: string
  readonly username: string
  readonly decision: 'aprovado' | 'recusado'
}

export async function killStory(t: Test, { seed, kills, servers, env }: KillStory): Promise<void> {
  const programs = await startPrograms(t, seed, kills, env)
  const crowd = new Crowd(t, seed)
  await crowd.logIn()
  const victims = [...servers]
  await until(
    'each was killed often enough',
    async () => {
      await crowd.signUp()
      await crowd.decide()
      const victim = victims.shift()
      if (victim !== undefined) {
        await victim.kill()
        await crowd.signUp()
        await victim.start()
        t.comment(`${victim.name} was killed after ${crowd.accepted.length} sign-ups`)
      }
      return victims.length === 0 && programs.every(({ finished }) => finished) && crowd.accepted.length > kills
    },
    LIMIT_MS,
  )
  await until('everything is decided', () => crowd.finish(), LIMIT_MS)
  const ids = crowd.accepted.map(({ id }) => id)
  // Rows that were committed although their 202 was never sent: they are processed as well.
  const rest = async () => (await effectsOf(WHERE)).unfinished(ids).length === 0
  await until('what was not answered is in review', rest, LIMIT_MS)
  await until('the queues are empty', () => crowd.queuesAreEmpty(), LIMIT_MS)
  t.comment(`${ids.length} sign-ups were accepted`)
  for (const [index, program] of programs.entries()) {
    t.equal(program.kills.length, kills)
    t.comment(`${PROGRAMS[index]} was killed ${program.kills.join(', ')}`)
  }
  await compare(t, crowd.accepted)
}

function startPrograms(t: Test, seed: number, kills: number, env: KillStory['env']): Promise<KilledProcess[]> {
  return Promise.all(
    PROGRAMS.map((name, index) =>
      KilledProcess.start(t, {
        program: `apps/cadastro/${name}/main.ts`,
        address: `${prefix}.${40 + index}`,
        relay: `${prefix}.${140 + index}`,
        ...WHERE,
        random: seeded(seed + index),
        kills,
        env,
      }),
    ),
  )
}

/** The people who sign up, and the admin. */
class Crowd {
  readonly accepted: AcceptedSignUp[] = []
  readonly #t: Test
  readonly #random: () => number
  readonly #ana = new Browser()
  readonly #decided = new Set<string>()

  constructor(t: Test, seed: number) {
    this.#t = t
    this.#random = seeded(seed)
  }

  async logIn(): Promise<void> {
    await this.#ask('/login', { username: 'ana', password: 'ana-no-laboratorio' })
  }

  /** Six people at the same time. */
  async signUp(): Promise<void> {
    const people = Array.from({ length: 6 }, () => person())
    await Promise.all(
      people.map(async who => {
        // Without an answer it is not known whether the row was committed: such a sign-up is only counted as a row.
        const response = await new Browser().ask(acesso, '/cadastros', { json: who }).catch(() => undefined)
        const decision = this.#random() < 0.5 ? 'aprovado' : 'recusado'
        if (response?.status === 202) this.accepted.push({ id: response.json.id, username: who.username, decision })
      }),
    )
  }

  /** Decides what is in review. A response may be lost, so it is asked again: repeating is harmless. */
  async decide(): Promise<void> {
    for (const { id, decision } of this.accepted.filter(({ id }) => !this.#decided.has(id))) {
      const { json } = await this.#ask(`/cadastros/${id}`)
      if (json.estado === decision) this.#decided.add(id)
      if (json.estado !== 'em-analise') continue
      const path = `/cadastros/${id}/${decision === 'aprovado' ? 'aprovacao' : 'recusa'}`
      this.#t.equal((await this.#ask(path, {}, 'POST')).status, 200)
    }
  }

  /** @returns whether everything is decided */
  async finish(): Promise<boolean> {
    await this.decide()
    const { mortas } = (await this.#ask('/filas')).json
    // A message that was in progress at five kills: an admin sends it again.
    for (const { id } of mortas) await this.#ask(`/filas/mortas/${id}/reenvio`, {}, 'POST')
    return this.accepted.every(({ id }) => this.#decided.has(id))
  }

  async queuesAreEmpty(): Promise<boolean> {
    const { filas, saida } = (await this.#ask('/filas')).json
    return saida === 0 && JSON.stringify(filas).match(/"(?:atraso|pendentes)":[1-9]/) === null
  }

  /** Asks until there is a response below 500: the server may have been killed. */
  async #ask(path: string, json?: unknown, method = json ? 'POST' : 'GET') {
    let response: Awaited<ReturnType<Browser['ask']>> | undefined
    const isAnswered = async () => {
      response = await this.#ana.ask(acesso, path, { method, ...(json ? { json } : {}) }).catch(() => undefined)
      return response !== undefined && response.status < 500
    }
    await until(`an answer to ${path}`, isAnswered, LIMIT_MS)
    return response as NonNullable<typeof response>
  }
}

async function compare(t: Test, accepted: readonly AcceptedSignUp[]): Promise<void> {
  const effects = await effectsOf(WHERE)
  for (const { id, username, decision } of accepted) {
    const rows = decision === 'aprovado' ? 1 : 0
    t.strictSame(
      effects.of(id, username),
      {
        states: ['recebido', 'em-analise', decision].sort(),
        users: rows,
        created: rows,
        emails: rows,
        indexed: rows,
        personal: false,
        listed: false,
      },
      `${decision} ${id}`,
    )
  }
}
