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
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { request } from 'undici'
import { Child } from '../lab/child.ts'
import { installed } from '../peers/installed.ts'
import { startDatabases } from './databases.ts'
import { type BenchRun, type Bilingual, perCpuSecond } from './figures.ts'
import { wrk } from './http-load.ts'
import { alternate, load, type Peer, pinned, type Sample, SERVER_CORE } from './measure.ts'

const PREFIX = '127.30.0'
const OURS = 'backend'
const REQUESTS: Bilingual = { pt: 'requisições', en: 'requests' }
const CREDENTIALS = JSON.stringify({ username: 'ana', password: 'ana-no-laboratorio' })

interface Server extends Peer {
  readonly url: string
  readonly cookie: string
  readonly child: Child
}

/** @throws Error when the response of a peer is not the expected one */
export async function bench({ effort, publish }: BenchRun): Promise<void> {
  if (!installed('wrk')) return void process.stdout.write('backend: not installed: wrk\n\n')
  const { folder, ends } = await startDatabases('backend', PREFIX)
  try {
    const servers: Server[] = []
    const compared = Object.entries(PROGRAMS).filter(([name]) => effort.name !== 'quick' || name !== ONLY_ORDINARY)
    for (const [index, [name, program]] of compared.entries()) {
      const server = await startServer(name, program, `${PREFIX}.${10 + index}`, folder)
      ends.push(() => server.child.stop())
      servers.push(server)
    }
    const bare = await startBare(folder)
    ends.push(() => bare.child.stop())

    const get = (path: string, withCookie: boolean) => (server: Server) =>
      measured(server.url + path, effort.seconds, '-c32', ...(withCookie ? ['-H', `Cookie: ${server.cookie}`] : []))
    const compare = async (
      id: string,
      title: Bilingual,
      peers: readonly Server[],
      measure: (server: Server) => Promise<Sample>,
    ) => {
      // One run that does not count: in its first seconds a process compiles its code.
      for (const peer of peers) await measure(peer)
      const rows = await alternate(peers, effort.rounds, measure)
      publish({ kind: 'comparison', id, benchmark: 'backend', title, ours: OURS, ...perCpuSecond(REQUESTS, rows) })
    }
    const anonymous = { pt: 'GET /status, sem cookie', en: 'GET /status, without a cookie' }
    await compare('backend-status', anonymous, [...servers, bare], get('/status', false))
    // A browser that is logged in sends its cookie with every request; express-session then reads the session for /status too.
    const loggedIn = { pt: 'GET /status, com sessão', en: 'GET /status, with a session' }
    await compare('backend-status-session', loggedIn, servers, get('/status', true))
    const perfil = { pt: 'GET /perfil, com sessão', en: 'GET /perfil, with a session' }
    await compare('backend-perfil', perfil, servers, get('/perfil', true))

    const hashing = await startHashing()
    ends.push(async () => hashing.process.kill())
    const script = join(folder, 'login.lua')
    writeFileSync(
      script,
      `wrk.method = "POST"\nwrk.body = '${CREDENTIALS}'\nwrk.headers["Content-Type"] = "application/json"\n`,
    )
    const [backend] = servers as [Server]
    const logins = await alternate<Peer>([backend, hashing], effort.rounds, peer =>
      peer === backend
        ? measured(`${backend.url}/login`, effort.seconds, '-c8', '-s', script)
        : hashing.measure(effort.seconds),
    )
    const title = { pt: 'POST /login', en: 'POST /login' }
    const work = { pt: 'logins', en: 'log-ins' }
    publish({
      kind: 'comparison',
      id: 'backend-login',
      benchmark: 'backend',
      title,
      ours: OURS,
      ...perCpuSecond(work, logins),
    })
  } finally {
    for (const end of ends.reverse()) await end()
  }
}

const PROGRAMS = {
  backend: 'backend/main.ts',
  Express: 'peers/express-backend.ts',
  Fastify: 'peers/fastify-backend.ts',
}
/** A quick run compares with Express alone. */
const ONLY_ORDINARY = 'Fastify'

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

async function measured(url: string, seconds: number, ...args: string[]): Promise<Sample> {
  const { requests, p99Ms } = await wrk(url, seconds, ...args)
  return { work: requests, extra: { 'p99 ms': p99Ms } }
}

async function startHashing() {
  const process = fork(new URL('../peers/argon2-loop.ts', import.meta.url))
  await once(process, 'message')
  await load('taskset', '-a', '-p', '-c', String(SERVER_CORE), String(process.pid))
  return {
    name: 'bare argon2id',
    pid: process.pid ?? 0,
    process,
    measure: (seconds: number) => countHashes(process, seconds),
  }
}

async function countHashes(process: ChildProcess, seconds: number) {
  process.send('start')
  await pause(seconds * 1000)
  process.send('stop')
  const [{ count }] = await once(process, 'message')
  return { work: count }
}
