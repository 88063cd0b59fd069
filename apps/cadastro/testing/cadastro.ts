/**
 * The sign-up inside the test process: two access APIs, one process that is orchestrator and review queue, and `www`, with real MariaDB and
 * Redis.
 *
 * Read beside: ../access-api.test.ts; ../kill.test.ts (the same as processes of their own)
 * Touches the world: through the servers that it starts.
 */
import { randomUUID } from 'node:crypto'
import type { Test } from 'tap'
import { type StartedBackend, startBackend } from '../../../backend/testing/backend.ts'
import { Browser, type TestResponse } from '../../../backend/testing/browser.ts'
import { type Servers, startServers } from '../../../backend/testing/servers.ts'
import type { Application, Toolkit } from '../../../backend/toolkit.ts'
import { until } from '../../../test/testing/until.ts'
import { accessApi } from '../access-api.ts'
import { orchestrator } from '../orchestrator.ts'
import { review } from '../review.ts'

export interface TestCadastro {
  readonly servers: Servers
  /** Two access APIs. */
  readonly one: StartedBackend
  readonly two: StartedBackend
  readonly www: StartedBackend
  /** Of the process that is orchestrator and review queue. */
  readonly toolkit: Toolkit
  /** Logged in, with the role admin. */
  readonly ana: Browser
}

export async function startCadastro(t: Test, env: Readonly<Record<string, string>> = {}): Promise<TestCadastro> {
  const servers = await startServers(t)
  let toolkit: Toolkit | undefined
  const both = (parts: Toolkit): Application => {
    toolkit = parts
    const programs = [orchestrator(parts), review(parts)]
    const [first] = programs
    return {
      routes: [],
      operations: {},
      ...(first?.migrations ? { migrations: first.migrations } : {}),
      dependencies: first?.dependencies ?? [],
      close: async () => void (await Promise.all(programs.map(program => program.close?.()))),
    }
  }
  const one = await startBackend(t, 1, { application: accessApi, env })
  const two = await startBackend(t, 2, { application: accessApi, env })
  await startBackend(t, 3, { application: both, env })
  const www = await startBackend(t, 4)
  const ana = new Browser()
  await ana.login(one)
  if (toolkit === undefined) throw new Error('the application was not built')
  return { servers, one, two, www, toolkit, ana }
}

/** A sign-up with a user name and an address of its own. */
export function person(change: Readonly<Record<string, unknown>> = {}) {
  const username = `p${randomUUID().slice(0, 12)}`
  const password = 'cavalo-bateria-grampo'
  return { username, nome: 'Pessoa de Teste', email: `${username}@example.com`, password, ...change }
}

export async function signUp(server: { url: string }, body: unknown, browser = new Browser()): Promise<TestResponse> {
  return browser.ask(server, '/cadastros', { json: body })
}

/** Waits until a sign-up has that state. */
export async function untilState(server: { url: string }, id: string, state: string): Promise<void> {
  const browser = new Browser()
  await until(`${id} is ${state}`, async () => {
    return (await browser.ask(server, `/cadastros/${id}`)).json?.estado === state
  })
}
