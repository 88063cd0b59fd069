/**
 * Two wards that order and a pharmacy that changes tickets, at two tickets servers, whatever happens to the servers meanwhile.
 *
 * Read beside: kill-story.ts
 * Touches the world: makes HTTP requests.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Test } from 'tap'
import { Agent, request } from 'undici'
import { prefix } from '../../../backend/testing/servers.ts'
import { until } from '../../../test/testing/until.ts'
import { ORDER } from './reposicao.ts'
import { SignIn, type TokenAnswer } from './sign-in.ts'

const LIMIT_MS = 150_000
const SERVERS = [51, 52]
/** Milliseconds between two requests of one person. */
const PAUSE_MS = 5

interface TicketRequest {
  readonly method?: 'GET' | 'POST' | 'PATCH'
  readonly json?: object
  readonly tag?: string
}

export class Hospital {
  readonly bruno: TokenAnswer
  /** Ids of the orders that were answered with 202. */
  readonly accepted = new Set<string>()
  /** Ids of the tickets whose change was answered with 200. */
  readonly changed = new Set<string>()
  readonly unexpected: unknown[] = []
  /** Orders that were sent. */
  attempts = 0
  readonly #ana: TokenAnswer
  readonly #dispatcher = new Agent({ headersTimeout: 3_000, bodyTimeout: 3_000, connectTimeout: 1_000 })
  /** Requests that were sent. */
  #requests = 0
  /** How many orders may be accepted so far: the wards stop there until the next step of the test. */
  #released = 0
  /** Orders that were not accepted since the last step. */
  #refused = 0
  #working = true
  #work: Promise<unknown> | undefined

  private constructor(t: Test, ana: TokenAnswer, bruno: TokenAnswer) {
    this.#ana = ana
    this.bruno = bruno
    t.teardown(() => this.#dispatcher.destroy())
  }

  /** Both log in. */
  static async open(t: Test): Promise<Hospital> {
    return new Hospital(t, await tokensOf('ana'), await tokensOf('bruno'))
  }

  begin(): void {
    this.#work = Promise.all([this.#ward(), this.#ward(), this.#pharmacy()])
  }

  async end(): Promise<void> {
    this.#working = false
    await this.#work
  }

  /** Resolves when so many orders more were accepted. */
  async untilAccepted(count: number): Promise<void> {
    this.#released += count
    await until(`${count} further orders are accepted`, () => this.accepted.size >= this.#released, LIMIT_MS)
  }

  /** Resolves when ten orders were not accepted, or were accepted after all. */
  async untilRefused(): Promise<void> {
    this.#refused = 0
    this.#released += 10
    const isOver = () => this.#refused >= 10 || this.accepted.size >= this.#released
    await until('orders are refused', isOver, LIMIT_MS)
  }

  /** @returns undefined when there was no answer */
  async stateOf(id: string): Promise<string | undefined> {
    return (await this.#ask(`/tickets/${id}`, this.#ana))?.json.estado
  }

  /** One order after the other, to one server after the other. */
  async #ward(): Promise<void> {
    while (this.#working) {
      if (this.accepted.size >= this.#released) {
        await pause(PAUSE_MS)
        continue
      }
      this.attempts++
      const answer = await this.#ask('/tickets', this.bruno, { method: 'POST', json: ORDER })
      if (answer?.status === 202) {
        this.accepted.add(answer.json.id)
        continue
      }
      this.#refused++
      if (answer && answer.status !== 503) this.unexpected.push(answer)
      await pause(PAUSE_MS)
    }
  }

  /** Moves every third of the tickets that were accepted. */
  async #pharmacy(): Promise<void> {
    for (let turn = 0; this.#working; turn++) {
      await pause(PAUSE_MS)
      const candidates = [...this.accepted].filter((id, index) => index % 3 === 0 && !this.changed.has(id))
      const id = candidates[turn % candidates.length]
      if (id === undefined) continue
      const change = { method: 'PATCH', json: { estado: 'em-separacao' }, tag: '"1"' } as const
      const answer = await this.#ask(`/tickets/${id}`, this.#ana, change)
      if (answer?.status === 200) this.changed.add(id)
      else if (answer && ![409, 412, 503].includes(answer.status)) this.unexpected.push(answer)
    }
  }

  /** One request to a tickets server; undefined when it was killed, or when its answer did not come. */
  async #ask(path: string, { access_token }: TokenAnswer, { method = 'GET', json, tag }: TicketRequest = {}) {
    const url = `http://${prefix}.${SERVERS[this.#requests++ % 2]}:3000${path}`
    const headers = {
      authorization: `Bearer ${access_token}`,
      ...(json ? { 'content-type': 'application/json' } : {}),
      ...(tag ? { 'if-match': tag } : {}),
    }
    const body = json ? { body: JSON.stringify(json) } : {}
    try {
      const response = await request(url, { dispatcher: this.#dispatcher, method, headers, ...body })
      return { status: response.statusCode, json: JSON.parse(await response.body.text()) }
    } catch {
      return undefined
    }
  }
}

async function tokensOf(username: 'ana' | 'bruno'): Promise<TokenAnswer> {
  let tokens: TokenAnswer | undefined
  const isIn = async () => {
    tokens = await new SignIn({ url: `http://${prefix}.50:3000` }).tokens(username).catch(() => undefined)
    return tokens?.access_token !== undefined
  }
  await until(`${username} is logged in`, isIn, LIMIT_MS)
  return tokens as TokenAnswer
}
