/**
 * Visitors of the lab: people with browsers, who read pages, log in and change their names, as a seed decides; and what they saw.
 *
 * Half of the requests carry a session. Each person has two browsers: one stays logged in from the beginning to the end, so that a lost
 * session shows; the other is a new window each time, and logs in.
 *
 * Read beside: ledger.ts (what may be read), trial.ts (when they come), client/web-client.ts (the browser)
 * Touches the world: DNS and HTTP requests of the clients.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { NetworkMap } from '#shared/network-map.ts'
import { hostsOf, WWW } from '#shared/network-map.ts'
import { AttemptError } from '../../client/http/connection.ts'
import { ResolveError } from '../../client/resolver/stub-resolver.ts'
import { WebClient, type WebRequest, type WebResponse } from '../../client/web-client.ts'
import { Ledger } from './ledger.ts'

export type VisitKind = 'read' | 'write' | 'login'

/** `wrong`: a response that contradicts what was acknowledged before. `lost-session`: 401 for a session that was never ended. */
export type VisitVerdict = 'right' | 'failed' | 'wrong' | 'lost-session'

export interface Visit {
  readonly kind: VisitKind
  /** Milliseconds, as `performance.now()` gives them. */
  readonly at: number
  readonly ms: number
  readonly verdict: VisitVerdict
  /** `GET /perfil 502`, `PATCH /usuarios ECONNRESET`; empty when the verdict is `right`. */
  readonly why: string
}

/** A user of the lab, whom the trial has put into the database. */
export interface VisitorAccount {
  readonly id: number
  readonly username: string
  readonly password: string
}

/** The reason of a log-in that was refused because all places for hashing a password were taken. */
export const BUSY = '503 (busy)'

/** Milliseconds until a visitor gives up. The edge proxies answer earlier, with an error. */
const PATIENCE_MS = 10_000

interface Person {
  readonly account: VisitorAccount
  readonly ledger: Ledger
  /** Stays logged in. */
  readonly browser: WebClient
  /** Opened for each login anew. */
  readonly newWindow: WebClient
  writing: boolean
}

export class Visitors {
  readonly visits: Visit[] = []
  readonly #people: Person[]
  readonly #random: () => number

  /** @param random chooses the visitors and their actions; from a seed, so that a trial can be repeated */
  constructor(map: NetworkMap, accounts: readonly VisitorAccount[], random: () => number) {
    const browser = () =>
      new WebClient({
        servers: hostsOf(map, 'dns'),
        httpPort: hostsOf(map, 'frontend')[0]?.port ?? 80,
        keepAlive: true,
        responseMs: PATIENCE_MS,
      })
    this.#random = random
    this.#people = accounts.map(account => ({
      account,
      ledger: new Ledger(),
      browser: browser(),
      newWindow: browser(),
      writing: false,
    }))
  }

  /** Every visitor logs in, one after the other, and writes once. @throws Error when that fails: then the test cannot be made */
  async arrive(): Promise<void> {
    this.visits.length = 0
    for (const person of this.#people) {
      const login = await this.#login(person.browser, person.account)
      if (login.status !== 200)
        throw new Error(`${person.account.username} cannot log in: ${login.status} ${login.body}`)
      await this.#write(person)
    }
    const bad = this.visits.find(({ verdict }) => verdict !== 'right')
    if (bad) throw new Error(`before any fault: ${bad.why}`)
    this.visits.length = 0
  }

  /** One request of one person, as the next random numbers decide: 15 of 20 read, 4 write, 1 logs in. */
  async visit(): Promise<void> {
    const person = this.#people[Math.floor(this.#random() * this.#people.length)]
    if (!person) return
    const dice = Math.floor(this.#random() * 20)
    if (dice === 0) return this.#enter(person)
    // One write after the other: with two at the same time, their order would not be known.
    if (dice < 5 && !person.writing) return this.#write(person)
    if (dice < 8) return this.#read(person, `/usuarios/${person.account.id}`)
    if (dice < 12) return this.#read(person, '/perfil')
    return this.#read(person, dice < 16 ? '/status' : '/')
  }

  /** At the end: each session is used and each row is read. @returns what is missing of what was acknowledged */
  async audit(): Promise<{ lostWrites: number; lostSessions: number; unreadable: string[] }> {
    const found = { lostWrites: 0, lostSessions: 0, unreadable: [] as string[] }
    for (const { account, ledger, browser } of this.#people) {
      try {
        const response = await patiently(() => browser.send(`http://${WWW}/usuarios/${account.id}`))
        if (response.status === 401) found.lostSessions++
        else if (response.status !== 200) found.unreadable.push(`${account.username}: ${response.status}`)
        else found.lostWrites += ledger.lost(numberIn(response))
      } catch (error) {
        found.unreadable.push(`${account.username}: ${reasonFor(error)}`)
      }
    }
    return found
  }

  /** Passwords and session cookies of all people: what must not be in any log. */
  get secrets(): string[] {
    return this.#people.flatMap(({ account, browser, newWindow }) => [
      account.password,
      ...[browser, newWindow].flatMap(client => client.cookieFor(WWW)?.replace(/^sid=/, '') ?? []),
    ])
  }

  leave(): void {
    for (const { browser, newWindow } of this.#people) {
      browser.close()
      newWindow.close()
    }
  }

  async #read(person: Person, path: string): Promise<void> {
    const { floor } = person.ledger
    await this.#record('read', `GET ${path.replace(/\d+$/, ':id')}`, async () => {
      const response = await person.browser.send(`http://${WWW}${path}`)
      if (response.status !== 200) return refused(response)
      return isRight(path, response, person, floor) ? 'right' : 'wrong'
    })
  }

  async #write(person: Person): Promise<void> {
    person.writing = true
    const written = person.ledger.begin()
    await this.#record('write', 'PATCH /usuarios/:id', async () => {
      const request: WebRequest = { method: 'PATCH', json: { name: `nome ${written}` } }
      const response = await person.browser.send(`http://${WWW}/usuarios/${person.account.id}`, request)
      if (response.status !== 200) return refused(response)
      if (numberIn(response) !== written) return 'wrong'
      person.ledger.acknowledge(written)
      return 'right'
    })
    person.writing = false
  }

  async #enter({ newWindow, account }: Person): Promise<void> {
    newWindow.forget()
    await this.#record('login', 'POST /login', async () => {
      const response = await this.#login(newWindow, account)
      if (response.status !== 200) return isBusy(response) ? BUSY : reasonOf(response)
      const { user } = response.json() as { user?: { username?: string } }
      return user?.username === account.username ? 'right' : 'wrong'
    })
  }

  #login(client: WebClient, { username, password }: VisitorAccount): Promise<WebResponse> {
    return client.send(`http://${WWW}/login`, { method: 'POST', json: { username, password } })
  }

  /** @param ask gives a verdict, or the reason of a failure */
  async #record(kind: VisitKind, what: string, ask: () => Promise<string>): Promise<void> {
    const at = performance.now()
    let word: string
    try {
      word = await ask()
    } catch (error) {
      word = reasonFor(error)
    }
    const verdict = VERDICTS.find(verdict => verdict === word) ?? 'failed'
    const why = verdict === 'right' ? '' : `${what} ${word}`
    this.visits.push({ kind, at, ms: performance.now() - at, verdict, why })
  }
}

/** Milliseconds for which the audit asks again after a 503: what was acknowledged has to be there, whenever it can be read. */
const AUDIT_PATIENCE_MS = 30_000

async function patiently(ask: () => Promise<WebResponse>): Promise<WebResponse> {
  const deadline = performance.now() + AUDIT_PATIENCE_MS
  for (;;) {
    const response = await ask()
    if (response.status !== 503 || performance.now() > deadline) return response
    await pause(200)
  }
}

const VERDICTS: readonly VisitVerdict[] = ['right', 'wrong', 'lost-session']

/** For a request with a session. */
function refused(response: WebResponse): string {
  return response.status === 401 ? 'lost-session' : reasonOf(response)
}

/** `503 (redis)`, `502 from backend1`, or the status alone when the response names neither. */
function reasonOf(response: WebResponse): string {
  const { status, frontend, backend } = response
  const dependency = dependencyIn(response)
  if (dependency !== undefined) return `${status} (${dependency})`
  const from = backend ?? frontend
  return from ? `${status} from ${from}` : `${status}`
}

/** A backend has refused a log-in for a reason of its own: the only one is that too many passwords are being hashed. */
function isBusy(response: WebResponse): boolean {
  return response.status === 503 && response.backend !== undefined && dependencyIn(response) === undefined
}

/** The member of a problem document (RFC 9457 §3.2) that names Redis or MySQL. */
function dependencyIn(response: WebResponse): string | undefined {
  try {
    return (response.json() as { dependency?: string }).dependency
  } catch {
    return undefined // nginx answers with a page
  }
}

function isRight(path: string, response: WebResponse, { account, ledger }: Person, floor: number): boolean {
  if (path === '/') return response.body.includes('</html>')
  const content = response.json() as { username?: string; server?: string; user?: { username?: string } }
  if (path === '/status') return typeof content.server === 'string'
  if (path === '/perfil') return content.user?.username === account.username
  return content.username === account.username && ledger.allows(numberIn(response), floor)
}

/** `{ "name": "nome 7" }`: 7. */
function numberIn(response: WebResponse): number {
  return Number(String((response.json() as { name?: string }).name).replace('nome ', ''))
}

/** A short word, so that a report has few of them. */
function reasonFor(error: unknown): string {
  if (error instanceof ResolveError) return `dns: ${error.reason}`
  const cause = error instanceof AttemptError ? error.cause : error
  return (cause as NodeJS.ErrnoException).code ?? (cause as Error).message
}
