/**
 * For the tests of this folder: real MariaDB, real Redis and real backends on the test process' own network, and a client.
 *
 * Touches the world: starts processes in a temporary folder, and ends them when the test does.
 */
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Test } from 'tap'
import { type Dispatcher, request } from 'undici'
import type { Clock } from '#shared/clock.ts'
import type { LabEvent } from '#shared/events.ts'
import type { Log } from '#shared/log.ts'
import type { Child } from '../lab/child.ts'
import { startMariadb } from '../lab/mariadb.ts'
import { startRedis } from '../lab/redis.ts'
import { loopbackPrefix } from '../test/testing/loopback.ts'
import { type Backend, createBackend } from './app.ts'
import { readConfig } from './config.ts'

export const prefix = loopbackPrefix()

/** The two databases, each of which may be started, killed, stopped and continued by the test. */
export class Servers {
  readonly #folder = mkdtempSync(join(tmpdir(), 'backend-test-'))
  mysql: Child | undefined
  redis: Child | undefined

  constructor(t: Test) {
    t.teardown(async () => {
      for (const child of [this.mysql, this.redis]) {
        child?.signal('SIGCONT')
        await child?.kill()
      }
      rmSync(this.#folder, { recursive: true, force: true })
    })
  }

  async startMysql(): Promise<Child> {
    this.mysql = await startMariadb({
      folder: join(this.#folder, 'mysql'),
      logFile: this.log('mysql'),
      address: `${prefix}.3`,
    })
    return this.mysql
  }

  async startRedis(): Promise<Child> {
    this.redis = await startRedis({
      folder: join(this.#folder, 'redis'),
      logFile: this.log('redis'),
      address: `${prefix}.4`,
    })
    return this.redis
  }

  log(name: string): string {
    return join(this.#folder, `${name}.log`)
  }
}

/** Both databases, running. */
export async function startServers(t: Test): Promise<Servers> {
  const servers = new Servers(t)
  await Promise.all([servers.startMysql(), servers.startRedis()])
  return servers
}

export interface BackendOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly clock?: Clock
}

/** A backend inside the test process, on its place of the map, that has looked for its databases once. */
export async function startBackend(t: Test, ordinal: 1 | 2 | 3, options: BackendOptions = {}): Promise<TestBackend> {
  const address = `${prefix}.${9 + ordinal}`
  const config = readConfig({ ADDRESS: address, ...options.env })
  const lines: string[] = []
  const backend = createBackend(config, logInto(lines), options.clock)
  backend.http.listen(config.who.host.port, address)
  await once(backend.http, 'listening')
  t.teardown(async () => {
    backend.http.closeAllConnections()
    await new Promise(closed => backend.http.close(closed))
    await backend.close()
  })
  await backend.start()
  return { ...backend, address, lines, url: `http://${address}:${config.who.host.port}` }
}

export interface TestBackend extends Backend {
  readonly address: string
  readonly url: string
  /** What it logged, as `level message {fields}`. */
  readonly lines: readonly string[]
}

function logInto(lines: string[]): Log {
  const write =
    (level: string) =>
    (message: string, fields: object = {}) =>
      void lines.push(`${level} ${message} ${JSON.stringify(fields)}`)
  return { info: write('info'), warn: write('warn'), error: write('error') }
}

export interface Ask {
  readonly method?: string
  readonly json?: unknown
  readonly form?: Readonly<Record<string, string>>
  /** A body as it is; its Content-Type then stands in `headers`. */
  readonly body?: string | Buffer
  readonly headers?: Readonly<Record<string, string>>
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers, and a wrong look fails the test
  readonly json: any
}

/** A browser's share of the work: one cookie, kept from answer to answer. Each can ask any backend. */
export class Browser {
  cookie: string | undefined

  async ask(backend: { url: string }, path: string, options: Ask = {}): Promise<Answer> {
    const { json, form, body } = options
    const content = body ?? (json === undefined ? form && new URLSearchParams(form).toString() : JSON.stringify(json))
    const type = json !== undefined ? 'application/json' : form ? 'application/x-www-form-urlencoded' : undefined
    const response = await request(`${backend.url}${path}`, {
      method: (options.method ?? (content === undefined ? 'GET' : 'POST')) as Dispatcher.HttpMethod,
      headers: {
        ...(this.cookie === undefined ? {} : { cookie: this.cookie }),
        ...(type === undefined ? {} : { 'content-type': type }),
        ...options.headers,
      },
      ...(content === undefined ? {} : { body: content }),
    })
    const text = await response.body.text()
    const [setCookie] = [response.headers['set-cookie']].flat()
    if (setCookie) this.cookie = setCookie.includes('Max-Age=0') ? undefined : setCookie.split(';', 1)[0]
    const isJson = /json/.test(String(response.headers['content-type']))
    return {
      status: response.statusCode,
      headers: response.headers,
      text,
      json: isJson && text !== '' ? JSON.parse(text) : undefined,
    }
  }

  /** Logs in with one of the lab's users; again while the machine is too busy for the time-outs of real life (503). */
  async login(backend: { url: string }, username: 'ana' | 'bruno' = 'ana'): Promise<Answer> {
    const json = { username, password: `${username}-no-laboratorio` }
    for (let i = 0; i < 20; i++) {
      const answer = await this.ask(backend, '/login', { json })
      if (answer.status !== 503) return answer
      await pause(250)
    }
    throw new Error(`${username} could not log in`)
  }
}

/** Collects a backend's events until the test ends. */
export function watch(t: Test, backend: Backend): LabEvent[] {
  const seen: LabEvent[] = []
  t.teardown(backend.events.watch(event => seen.push(event)))
  return seen
}

/** A cable in the hands of the test. */
export interface Cable {
  /** Milliseconds that octets take in each direction; may change at any time. */
  delay: number
  /**
   * Looks at octets on their way, as Latin-1 text, and cuts the cable: `before` they arrive, or `after` (what comes back is lost).
   * Whoever connects again gets a whole cable.
   */
  cut: ((text: string) => 'before' | 'after' | undefined) | undefined
}

/** Connects every caller at one place with another place, over a cable that can be long, and can be cut. */
export async function layCable(t: Test, from: Place, to: Place): Promise<Cable> {
  const cable: Cable = { delay: 0, cut: undefined }
  const server = createServer(near => {
    const far = connect(to.port, to.address)
    let deaf = false
    near.on('data', octets => {
      const cut = cable.cut?.(octets.toString('latin1'))
      if (cut === 'before') return void near.destroy()
      deaf ||= cut === 'after'
      setTimeout(() => far.writable && far.write(octets), cable.delay)
    })
    far.on('data', octets => {
      if (deaf) return void near.destroy()
      setTimeout(() => near.writable && near.write(octets), cable.delay)
    })
    for (const [end, other] of [
      [near, far],
      [far, near],
    ] as const) {
      end.on('error', () => other.destroy()) // an end that broke is an end
      end.on('close', () => other.destroy())
    }
    t.teardown(() => near.destroy())
  })
  server.listen(from.port, from.address)
  await once(server, 'listening')
  t.teardown(() => server.close())
  return cable
}

export interface Place {
  readonly address: string
  readonly port: number
}

/** A small seeded generator of numbers from 0 to 1: the same test every time (mulberry32, public domain, Tommy Ettinger). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
