/**
 * The cost of being watched: the work per CPU second of a frontend and of a backend at 500 requests a second, without a painel and with
 * an open page of it; and whether the memory of the painel grows.
 *
 * Read beside: measure.ts, painel/follow/sampling.ts (why a load is not followed in full), painel/live.ts
 * Touches the world: starts a whole lab on 127.33.0.0/24, in a folder of its own, and ends it.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { hostNamed, networkMap } from '#shared/network-map.ts'
import { load } from '../client/load/load.ts'
import { WebClient } from '../client/web-client.ts'
import { order, statusOf } from '../lab/control-client.ts'
import { cpuSeconds, median, pssMegabytes } from './measure.ts'

const PREFIX = '127.33.0'
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5)
const SECONDS = Number(process.env.BENCH_SECONDS ?? 6)
const MINUTES = Number(process.env.BENCH_MINUTES ?? 3)
const RATE = 500
/** The painel needs some seconds to find that only a sample can be followed. */
const SETTLE_SECONDS = 6
const MEASURED = ['frontend1', 'backend1'] as const

type Figures = Record<(typeof MEASURED)[number], number[]>

/** Prints two tables, as Markdown. @throws Error when a request is not answered with 200 */
export async function bench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-painel-'))
  const env = { ...process.env, LAB_DIR: folder, LAB_PREFIX: PREFIX, LAB_PORTS: 'high' }
  const lab = spawn(process.execPath, ['lab/main.ts'], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(lab, 'exit')
  try {
    for await (const line of createInterface(lab.stdout)) if (line.startsWith('ready')) break
    lab.stdout.resume()
    await measure(folder)
  } finally {
    lab.kill('SIGTERM')
    await exited
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measure(folder: string): Promise<void> {
  const alone: Figures = { frontend1: [], backend1: [] }
  const watched: Figures = { frontend1: [], backend1: [] }
  await sendFor(SECONDS)
  for (let round = 0; round < ROUNDS; round++) {
    // A painel follows the components for two minutes after its last page was closed: it has to end.
    await order(folder, '/stop?name=painel')
    await sample(folder, alone)
    await order(folder, '/start?name=painel')
    const page = await openPage()
    await sendFor(SETTLE_SECONDS)
    await sample(folder, watched)
    page.destroy()
  }
  const rows = MEASURED.map(name => {
    const [one, other] = [median(alone[name]), median(watched[name])]
    return `| ${name} | ${Math.round(one).toLocaleString('en')} | ${Math.round(other).toLocaleString('en')} | ${(other / one).toFixed(2)} |`
  })
  print(
    `| GET /status at ${RATE} a second | requests per CPU second, not watched | with an open page | ratio |`,
    '|---|---|---|---|',
    ...rows,
  )

  const page = await openPage()
  const { pid = 0 } = (await statusOf(folder)).components.find(({ name }) => name === 'painel') ?? {}
  const memory: string[] = []
  for (let minute = 0; minute <= MINUTES; minute++) {
    if (minute > 0) await sendFor(60)
    memory.push(`| ${minute} | ${pssMegabytes(pid).toFixed(0)} |`)
  }
  page.destroy()
  print(`| minutes at ${RATE} requests a second | memory of the painel, MB |`, '|---|---|', ...memory)
}

/** Work for each CPU second of a component, over some seconds of load. */
async function sample(folder: string, figures: Figures): Promise<void> {
  const { components } = await statusOf(folder)
  const pids = MEASURED.map(name => components.find(component => component.name === name)?.pid ?? 0)
  const before = pids.map(cpuSeconds)
  const work = await sendFor(SECONDS)
  for (const [index, name] of MEASURED.entries()) {
    const used = cpuSeconds(pids[index] ?? 0) - (before[index] ?? 0)
    // Each of the three backends gets a third.
    figures[name].push((name === 'frontend1' ? work : work / 3) / Math.max(used, 0.01))
  }
}

/** @returns how many requests were answered @throws Error when one was not answered with 200 */
async function sendFor(seconds: number): Promise<number> {
  const frontend = hostNamed(networkMap(PREFIX, 'high'), 'frontend1')
  const client = new WebClient({ servers: [], keepAlive: true })
  try {
    const plan = { count: RATE * seconds, rate: RATE, concurrency: 50 }
    const { statuses, count, errors } = await load(client, `http://${frontend.address}:${frontend.port}/status`, plan)
    if (statuses[200] !== count)
      throw new Error(`not all were answered with 200: ${JSON.stringify({ statuses, errors })}`)
    return count
  } finally {
    client.close()
  }
}

/** What the page of the painel does: it reads the live events, as fast as they come. */
async function openPage(): Promise<IncomingMessage> {
  const { address, port } = hostNamed(networkMap(PREFIX, 'high'), 'painel')
  for (;;) {
    try {
      const [response] = (await once(get({ host: address, port, path: '/api/live', agent: false }), 'response')) as [
        IncomingMessage,
      ]
      response.resume()
      return response.on('error', () => {})
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') throw error
      await pause(100)
    }
  }
}

function print(...lines: string[]): void {
  process.stdout.write(`\n${lines.join('\n')}\n`)
}
