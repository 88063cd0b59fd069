/**
 * The backend beside the same routes on Express and on Fastify, and its login beside bare hashing.
 *
 * One server is pinned to one core; MariaDB, Redis and the load (wrk) share the other. Before the measurement every peer
 * gets one request, and its response is checked: a fast 500 would give a wrong figure.
 *
 * Read beside: measure.ts, peers/express-backend.ts, peers/fastify-backend.ts, peers/argon2-loop.ts
 * Touches the world: starts the databases, the backends and the load on 127.30.0.0/24.
 */

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { request } from 'undici'
import { Child } from '../lab/child.ts'
import { startMariadb } from '../lab/mariadb.ts'
import { startRedis } from '../lab/redis.ts'
import { installed } from '../peers/installed.ts'
import { alternate, LOAD_CORE, load, type Peer, pinned, type Sample, SERVER_CORE, table } from './measure.ts'

const PREFIX = '127.30.0'
const ROUNDS = 5
const SECONDS = 3
const CREDENTIALS = JSON.stringify({ username: 'ana', password: 'ana-no-laboratorio' })

interface Server extends Peer {
  readonly url: string
  readonly cookie: string
  readonly child: Child
}

/** Prints three tables, as Markdown. @throws Error when the response of a peer is not the expected one */
export async function bench(): Promise<void> {
  if (!installed('wrk')) return void process.stdout.write('backend: wrk is not installed\n')
  const folder = mkdtempSync(join(tmpdir(), 'bench-backend-'))
  const ends: (() => Promise<unknown>)[] = [async () => rmSync(folder, { recursive: true })]
  try {
    const place = (name: string) => ({ folder: join(folder, name), logFile: join(folder, `${name}.log`) })
    const mysql = await startMariadb({ ...place('mysql'), address: `${PREFIX}.3` })
    ends.push(() => mysql.stop())
    const redis = await startRedis({ ...place('redis'), address: `${PREFIX}.4` })
    ends.push(() => redis.stop())
    for (const { pid } of [mysql, redis]) await load('taskset', '-a', '-p', '-c', String(LOAD_CORE), String(pid))

    const servers: Server[] = []
    for (const [index, [name, program]] of Object.entries(PROGRAMS).entries()) {
      const server = await startServer(name, program, `${PREFIX}.${10 + index}`, folder)
      ends.push(() => server.child.stop())
      servers.push(server)
    }
    const bare = await startBare(folder)
    ends.push(() => bare.child.stop())

    const get = (path: string, withCookie: boolean) => (server: Server) =>
      wrk(`${server.url}${path}`, '-c32', ...(withCookie ? ['-H', `Cookie: ${server.cookie}`] : []))
    const compare = async (title: string, peers: readonly Server[], measure: (server: Server) => Promise<Sample>) => {
      // One run that does not count: in its first seconds a process compiles its code.
      for (const peer of peers) await measure(peer)
      const rows = await alternate(peers, ROUNDS, measure)
      process.stdout.write(`${table(title, 'requests', 'backend', rows)}\n\n`)
    }
    await compare('GET /status, without a cookie', [...servers, bare], get('/status', false))
    // A browser that is logged in sends its cookie with every request; express-session then reads the session for /status too.
    await compare('GET /status, from a browser that is logged in', servers, get('/status', true))
    await compare('GET /perfil, from a browser that is logged in', servers, get('/perfil', true))

    const hashing = await startHashing()
    ends.push(async () => hashing.process.kill())
    const script = join(folder, 'login.lua')
    writeFileSync(
      script,
      `wrk.method = "POST"\nwrk.body = '${CREDENTIALS}'\nwrk.headers["Content-Type"] = "application/json"\n`,
    )
    const [backend] = servers as [Server]
    const logins = await alternate<Peer>([backend, hashing], ROUNDS, peer =>
      peer === backend ? wrk(`${backend.url}/login`, '-c8', '-s', script) : hashing.measure(),
    )
    process.stdout.write(`${table('POST /login', 'logins', 'backend', logins)}\n`)
  } finally {
    for (const end of ends.reverse()) await end()
  }
}

const PROGRAMS = {
  backend: 'backend/main.ts',
  Express: 'peers/express-backend.ts',
  Fastify: 'peers/fastify-backend.ts',
}

async function startBare(folder: string): Promise<Server> {
  const address = `${PREFIX}.14`
  const child = start('bare node:http', 'peers/bare-http.ts', address, folder)
  await child.ready()
  return { name: 'bare node:http', pid: child.pid, url: `http://${address}:3000`, cookie: '', child }
}

function start(name: string, program: string, address: string, folder: string): Child {
  return Child.start({
    name,
    command: pinned(SERVER_CORE, process.execPath, program),
    env: { ADDRESS: address, NODE_ENV: 'production' },
    logFile: join(folder, `${name.replace(':', '-')}.log`),
  })
}

async function startServer(name: string, program: string, address: string, folder: string): Promise<Server> {
  const child = start(name, program, address, folder)
  await child.ready()
  const url = `http://${address}:3000`
  const headers = { 'content-type': 'application/json' }
  const login = await request(`${url}/login`, { method: 'POST', headers, body: CREDENTIALS })
  const cookie = String([login.headers['set-cookie']].flat()[0]).split(';', 1)[0] ?? ''
  for (const path of ['/status', '/perfil']) {
    const { statusCode, body } = await request(`${url}${path}`, { headers: { cookie } })
    const text = await body.text()
    if (statusCode !== 200 || (path === '/perfil' && !text.includes('"ana"'))) {
      throw new Error(`${name} answers ${path} with ${statusCode} ${text}`)
    }
  }
  return { name, pid: child.pid, url, cookie, child }
}

async function wrk(...args: string[]): Promise<Sample> {
  const output = await load('wrk', '-t1', `-d${SECONDS}s`, '--timeout', '20s', '--latency', ...args)
  const [, requests = Number.NaN] = /(\d+) requests in/.exec(output) ?? []
  if (/Non-2xx|Socket errors/.test(output)) throw new Error(output)
  const [, p99 = '', unit = ''] = /99%\s+([\d.]+)(us|ms|s)/.exec(output) ?? []
  const scale = { us: 0.001, ms: 1, s: 1000 }[unit] ?? Number.NaN
  return { work: Number(requests), extra: { 'p99 ms': Number(p99) * scale } }
}

async function startHashing() {
  const process = fork(new URL('../peers/argon2-loop.ts', import.meta.url))
  await once(process, 'message')
  await load('taskset', '-a', '-p', '-c', String(SERVER_CORE), String(process.pid))
  return { name: 'bare argon2id', pid: process.pid ?? 0, process, measure: () => countHashes(process) }
}

async function countHashes(process: ChildProcess) {
  process.send('start')
  await pause(SECONDS * 1000)
  process.send('stop')
  const [{ count }] = await once(process, 'message')
  return { work: count, extra: { 'p99 ms': 0 } }
}
