/**
 * The application inside the test process: the auth API, one tickets API and the gravador, on the test's own MariaDB and Redis.
 *
 * Read beside: backend/testing/backend.ts, sign-in.ts
 * Touches the world: through the programs that it starts.
 */
import type { Test } from 'tap'
import type { DeadLetter } from '../../../backend/queue/dead-letters.ts'
import { type Envelope, newMessage } from '../../../backend/queue/envelope.ts'
import { type Messaging, openMessaging } from '../../../backend/queue/open-broker.ts'
import { type StartedBackend, startBackend } from '../../../backend/testing/backend.ts'
import { Browser, type TestRequest, type TestResponse } from '../../../backend/testing/browser.ts'
import type { Toolkit } from '../../../backend/toolkit.ts'
import { Trace } from '../../../backend/trace.ts'
import { until } from '../../../test/testing/until.ts'
import { auth } from '../auth/auth.ts'
import type { RecorderConfig } from '../gravador/config.ts'
import { gravador } from '../gravador/gravador.ts'
import { TICKETS_TOPIC } from '../ticket-message.ts'
import { tickets } from '../tickets/tickets.ts'
import { SignIn, type TokenAnswer } from './sign-in.ts'

export const ORDER = { item: 'Soro fisiológico 500 ml', quantidade: 10, setor: 'UTI', urgencia: 'normal' } as const

const TRACE = new Trace('')

export interface StartedReposicao {
  readonly auth: StartedBackend
  readonly tickets: StartedBackend
  /** A person with an access token. */
  person(username: 'ana' | 'bruno'): Promise<TicketClient>
  /** The gravador, until the test ends. */
  startRecorder(t: Test, config?: Partial<RecorderConfig>): Promise<StartedBackend>
  /** Removes a ticket from the cache. */
  forget(id: string): Promise<void>
  readonly messaging: Messaging
  /** A message of any form, with the frame that is right. */
  message(type: string, body: unknown): Envelope
  /** Resolves when so many messages are among the dead letters. */
  untilDead(count: number): Promise<DeadLetter[]>
}

/** Asks the tickets API with an access token. */
export class TicketClient {
  readonly tokens: TokenAnswer
  readonly #tickets: { readonly url: string }
  readonly #browser = new Browser()

  constructor(tokens: TokenAnswer, tickets: { readonly url: string }) {
    this.tokens = tokens
    this.#tickets = tickets
  }

  ask(path: string, options: TestRequest = {}): Promise<TestResponse> {
    const headers = { authorization: `Bearer ${this.tokens.access_token}`, ...options.headers }
    return this.#browser.ask(this.#tickets, path, { ...options, headers })
  }

  /** A new ticket. @returns its id */
  async order(replaced: object = {}): Promise<string> {
    const { status, json, text } = await this.ask('/tickets', { json: { ...ORDER, ...replaced } })
    if (status !== 202) throw new Error(`202 was expected: ${status} ${text}`)
    return json.id
  }

  /** Resolves when the ticket has the state. */
  async until(id: string, estado: string): Promise<TestResponse> {
    const read = () => this.ask(`/tickets/${id}`)
    let answer = await read()
    await until(`the ticket ${id} is ${estado}`, async () => {
      if (answer.json.estado === estado) return true
      answer = await read()
      return false
    })
    return answer
  }
}

/** Without the gravador: a test starts it when it wants tickets to be written. */
export async function startReposicao(t: Test): Promise<StartedReposicao> {
  const authServer = await startBackend(t, 1, { application: auth })
  const jwksUrl = `${authServer.url}/auth/jwks`
  let parts: { toolkit: Toolkit; messaging: Messaging } | undefined
  const api = await startBackend(t, 2, {
    application: toolkit => {
      parts = { toolkit, messaging: openMessaging(toolkit, [TICKETS_TOPIC]) }
      return tickets(toolkit, { jwksUrl })
    },
  })
  if (parts === undefined) throw new Error('the application was not built')
  const { toolkit, messaging } = parts
  await untilHealthy(authServer)
  // Until it has the public keys it cannot check a token.
  await until('the tickets API has the keys', async () => {
    return (await new Browser().ask(api, '/status')).json.auth === 'up'
  })
  return {
    messaging,
    forget: async id => void (await toolkit.redis.run(TRACE, 'DEL', `reposicao:ticket:${id}`)),
    message: (type, body) => newMessage({ key: 'x', type, requestId: '', body }, Date.UTC(2026, 0, 1)),
    untilDead: async count => {
      let dead: DeadLetter[] = []
      await until(`${count} dead letters`, async () => {
        dead = await messaging.dead.list(TRACE)
        return dead.length >= count
      })
      return dead
    },
    auth: authServer,
    tickets: api,
    person: async username => new TicketClient(await new SignIn(authServer).tokens(username), api),
    startRecorder: (t, config = {}) =>
      startBackend(t, 3, { application: toolkit => gravador(toolkit, { perSecond: 100_000, batch: 100, ...config }) }),
  }
}

function untilHealthy(server: { readonly url: string }): Promise<void> {
  return until(`${server.url} is healthy`, async () => (await new Browser().ask(server, '/healthz')).status === 200)
}
