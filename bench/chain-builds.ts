/**
 * The whole chain twice, on the same Redis and MySQL: this lab's programs, and the usual build of the assignment.
 *
 *   ours    DNS server    3 edge proxies    3 backends    ┐
 *                                                         ├ Redis, MariaDB
 *   usual   BIND          3 nginx           3 Express     ┘
 *
 * All servers are pinned to one core. Redis and MariaDB are counted for the build that is being measured: the other one is idle then.
 *
 * Read beside: chain.ts, dns-peers.ts, peers/edge-proxies.ts, peers/express-backend.ts
 * Touches the world: starts these programs on 127.33.0.0/16.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { request } from 'undici'
import { Child } from '../lab/child.ts'
import { DATABASE, DATABASE_USER, startMariadb } from '../lab/mariadb.ts'
import { startRedis } from '../lab/redis.ts'
import { EDGE, type EdgeProgram, type Endpoint, NGINX, startEdge } from '../peers/edge-proxies.ts'
import { type DnsPeer, Peers } from './dns-peers.ts'
import { type Peer, pinned, SERVER_CORE } from './measure.ts'

export const OURS = 'this lab'
const USUAL = 'BIND + nginx + Express'

/** The user who logs in, as JSON. */
export const CREDENTIALS = JSON.stringify({ username: 'ana', password: 'ana-no-laboratorio' })

export interface ChainBuild extends Peer {
  readonly dns: DnsPeer
  readonly frontends: readonly Endpoint[]
  /** The processes of each part, by its name in the table. */
  readonly parts: Readonly<Record<string, readonly number[]>>
  /** A session that `/perfil` accepts: `sid=…`. */
  readonly cookie: string
}

const DATABASES = '127.33.0'
const ENVIRONMENT = {
  NODE_ENV: 'production',
  REDIS_URL: `redis://${DATABASES}.4:6379`,
  MYSQL_URL: `mysql://${DATABASE_USER.user}:${DATABASE_USER.password}@${DATABASES}.3:3306/${DATABASE}`,
}

/** Starts builds one after the other; ends all of them, and removes their files. */
export class ChainBuilds {
  readonly #folder = mkdtempSync(join(tmpdir(), 'bench-chain-'))
  readonly #dns = new Peers()
  readonly #ends: (() => Promise<unknown>)[] = []
  readonly #databases: number[] = []

  async startDatabases(): Promise<void> {
    const before = pinned(SERVER_CORE)
    const mysql = await startMariadb({ ...this.#place('mysql'), address: `${DATABASES}.3`, within: before })
    this.#ends.push(() => mysql.stop())
    const redis = await startRedis({ ...this.#place('redis'), address: `${DATABASES}.4`, within: before })
    this.#ends.push(() => redis.stop())
    this.#databases.push(mysql.pid, redis.pid)
  }

  async ours(): Promise<ChainBuild> {
    return this.#start(OURS, '127.33.1', await this.#dns.ours(), EDGE, 'backend/main.ts')
  }

  /** @returns undefined where BIND or nginx is not installed */
  async usual(): Promise<ChainBuild | undefined> {
    const bind = NGINX.available ? await this.#dns.bind() : undefined
    return bind && this.#start(USUAL, '127.33.2', bind, NGINX, 'peers/express-backend.ts')
  }

  async close(): Promise<void> {
    for (const end of this.#ends.reverse()) await end()
    await this.#dns.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #start(name: string, prefix: string, dns: DnsPeer, edge: EdgeProgram, program: string): Promise<ChainBuild> {
    const numbers = [0, 1, 2]
    const backends = numbers.map(n => ({ address: `${prefix}.${10 + n}`, port: 3000 }))
    const children = await Promise.all(backends.map(({ address }) => this.#backend(program, address)))
    const edges = []
    for (const n of numbers) {
      const place = { address: `${prefix}.${20 + n}`, port: 8080 }
      const running = await startEdge(edge, place, backends, pinned(SERVER_CORE))
      this.#ends.push(() => running.stop())
      edges.push(running)
    }
    const parts = {
      DNS: [dns.pid],
      edges: edges.map(({ pid }) => pid),
      backends: children.map(({ pid }) => pid),
      'Redis + MariaDB': this.#databases,
    }
    const [pid = 0, ...others] = Object.values(parts).flat()
    return { name, pid, others, parts, dns, frontends: edges, cookie: await logIn(name, edges) }
  }

  async #backend(program: string, address: string): Promise<Child> {
    const command = pinned(SERVER_CORE, process.execPath, program)
    const { logFile } = this.#place(address)
    const child = Child.start({ name: address, command, logFile, env: { ...ENVIRONMENT, ADDRESS: address } })
    this.#ends.push(() => child.stop())
    await child.ready()
    return child
  }

  #place(name: string) {
    return { folder: join(this.#folder, name), logFile: join(this.#folder, `${name}.log`) }
  }
}

/** @throws Error when the session of one edge is not accepted by another: a fast 401 would give a wrong figure */
async function logIn(name: string, edges: readonly Endpoint[]): Promise<string> {
  const [first] = edges.map(({ address, port }) => `http://${address}:${port}`)
  const headers = { 'content-type': 'application/json' }
  const login = await request(`${first}/login`, { method: 'POST', headers, body: CREDENTIALS })
  await login.body.dump()
  const cookie = String([login.headers['set-cookie']].flat()[0]).split(';', 1)[0] ?? ''
  for (const { address, port } of edges) {
    const { statusCode, body } = await request(`http://${address}:${port}/perfil`, { headers: { cookie } })
    const text = await body.text()
    if (statusCode !== 200 || !text.includes('"ana"')) throw new Error(`${name} answers ${statusCode} ${text}`)
  }
  return cookie
}
