/**
 * Measures the core path: a real lab, one DNS query, one page, one login and the profile behind it, and the lines that they run in
 * all processes.
 *
 * Read beside: window.ts (what runs inside each process), lines.ts (how lines are counted)
 * Touches the world: starts a lab of its own, and a folder for the figures.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { request } from 'undici'
import { hostNamed, WWW } from '#shared/network-map.ts'
import type { LabStatus } from '../../lab/control-client.ts'
import { forget, type RunningLab, startLab } from '../testing/lab.ts'
import { linesRun, type ScriptCounts } from './lines.ts'
import { isBackground } from './stages.ts'

const ROOT = join(import.meta.dirname, '../..')
const PRELOAD = `--import=${pathToFileURL(join(import.meta.dirname, 'window.ts'))}`
const PATIENCE_MS = 60_000

/** Files of the repository, each with the number of its lines that ran. */
export type CorePath = ReadonlyMap<string, number>

/** @throws Error when a response is not the expected one */
export async function measureCorePath(): Promise<CorePath> {
  const folder = mkdtempSync(join(tmpdir(), 'core-path-'))
  // With a compile cache, V8 counts whole functions, and not the lines that ran.
  const env = { CORE_PATH_FOLDER: folder, NODE_OPTIONS: PRELOAD, NODE_DISABLE_COMPILE_CACHE: '1' }
  const lab = await startLab({ env })
  try {
    const pids = await untilSettled(lab)
    await signalAll(pids, folder, 'opened1')
    await oneOrdinaryRequest(lab, env)
    await signalAll(pids, folder, 'closed1')
    // compiled/ answers ordinary queries while no client is connected to /events. The query log switches compiled/ off: then the plain code runs, which readers should read.
    const switched = { 'content-type': 'application/json' }
    await ask(`http://${hostNamed(lab.map, 'ns1').address}:9100/querylog`, 'POST', switched, '{"enabled":true}')
    await signalAll(pids, folder, 'opened2')
    await oneQuery(lab, env)
    await signalAll(pids, folder, 'closed2')
    return sumOf(folder)
  } finally {
    await lab.stop()
    forget(lab.folder)
    rmSync(folder, { recursive: true })
  }
}

/** Waits until every backend is up for every edge, as after any start. @returns the process ids of our own programs */
async function untilSettled(lab: RunningLab): Promise<number[]> {
  const edges = ['frontend1', 'frontend2', 'frontend3'].map(name => hostNamed(lab.map, name))
  const deadline = performance.now() + PATIENCE_MS
  for (const { address } of edges) {
    while (!(await isReady(address))) {
      if (performance.now() > deadline) throw new Error(`${address} sees no three backends up after ${PATIENCE_MS} ms`)
      await pause(100)
    }
  }
  const { components } = JSON.parse(await lab.command('status', '--json')) as LabStatus
  return components.flatMap(({ name, pid }) => (pid === undefined || name === 'mysql' || name === 'redis' ? [] : [pid]))
}

async function isReady(edge: string): Promise<boolean> {
  const { body } = await request(`http://${edge}:9100/status`)
  return (JSON.stringify(await body.json()).match(/"state":"UP"/g) ?? []).length === 3
}

async function signalAll(pids: readonly number[], folder: string, what: string): Promise<void> {
  for (const pid of pids) process.kill(pid, 'SIGUSR2')
  const deadline = performance.now() + PATIENCE_MS
  for (const pid of pids) {
    while (!existsSync(join(folder, `${pid}.${what}`))) {
      if (performance.now() > deadline) throw new Error(`process ${pid} has not reached ${what}`)
      await pause(20)
    }
  }
}

/** From the query to the row in MySQL, and back to the page. */
async function oneOrdinaryRequest(lab: RunningLab, env: Readonly<Record<string, string>>): Promise<void> {
  await oneQuery(lab, env)
  const { address, port } = hostNamed(lab.map, 'frontend1')
  const edge = `http://${address}:${port}`
  await ask(`${edge}/`, 'GET', { host: WWW })
  const json = { host: WWW, 'content-type': 'application/json' }
  const credentials = JSON.stringify({ username: 'ana', password: 'ana-no-laboratorio' })
  const login = await ask(`${edge}/login`, 'POST', json, credentials)
  await ask(`${edge}/perfil`, 'GET', { host: WWW, cookie: `${login['set-cookie']}`.split(';', 1)[0] ?? '' })
}

async function oneQuery(lab: RunningLab, env: Readonly<Record<string, string>>): Promise<void> {
  const ns1 = hostNamed(lab.map, 'ns1')
  const query = ['dns-server/dig.ts', `@${ns1.address}`, '-p', String(ns1.port), WWW]
  const printed = execFileSync(process.execPath, query, {
    cwd: ROOT,
    env: { ...process.env, ...env, CORE_PATH_WHOLE: '1' },
    encoding: 'utf8',
  })
  if (!printed.includes(hostNamed(lab.map, 'frontend1').address)) throw new Error(`no edge in the answer:\n${printed}`)
}

async function ask(url: string, method: 'GET' | 'POST', headers: Readonly<Record<string, string>>, content?: string) {
  const response = await request(url, { method, headers, body: content ?? null })
  const text = await response.body.text()
  if (response.statusCode !== 200) throw new Error(`${method} ${url}: ${response.statusCode} ${text}`)
  return response.headers
}

/** The union over all processes: a line that three edges run is one line to read. */
function sumOf(folder: string): CorePath {
  const lines = new Map<string, Set<number>>()
  for (const name of readdirSync(folder).filter(name => /\.closed\d$/.test(name))) {
    const counts = JSON.parse(readFileSync(join(folder, name), 'utf8')) as readonly ScriptCounts[]
    for (const script of counts.filter(({ url }) => url.startsWith('file:'))) {
      const path = fileURLToPath(script.url)
      const file = relative(ROOT, path)
      if (/^(?:\.\.|node_modules|test)\//.test(file) || isBackground(file)) continue
      const known = lines.get(file) ?? new Set()
      for (const line of linesRun(script, readFileSync(path, 'utf8'))) known.add(line)
      if (known.size > 0) lines.set(file, known)
    }
  }
  return new Map([...lines].map(([file, run]) => [file, run.size]))
}
