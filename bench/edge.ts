/**
 * The edge proxy beside nginx, HAProxy and Caddy, and beside what one would write with a library.
 *
 * One edge proxy is pinned to one core; three upstreams and the load (wrk, h2load) share the other. Before the measurement every
 * edge proxy gets one request, and must return the upstream's response: a fast 502 would give a wrong figure.
 *
 * Read beside: measure.ts, edge-cores.ts (two cores), peers/edge-proxies.ts (how each is started and configured), peers/edge-upstream.ts
 * Touches the world: starts the edges, the upstreams and the load on 127.31.0.0/24.
 */
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { request } from 'undici'
import { Child } from '../lab/child.ts'
import * as programs from '../peers/edge-proxies.ts'
import { installed } from '../peers/installed.ts'
import { benchCores } from './edge-cores.ts'
import { type BenchRun, type Bilingual, perCpuSecond } from './figures.ts'
import { burstTime, responseTimes, wrk } from './http-load.ts'
import { alternate, familyOf, LOAD_CORE, pinned, type Sample, SERVER_CORE } from './measure.ts'

const PREFIX = '127.31.0'
const EDGES = [
  programs.EDGE,
  programs.NGINX,
  programs.HAPROXY,
  programs.CADDY,
  programs.HTTP_PROXY,
  programs.HTTPXY,
  programs.UNDICI,
]
const OURS = programs.EDGE.name
const LIBRARIES = [programs.HTTP_PROXY, programs.HTTPXY, programs.UNDICI].map(({ name }) => name)
/** A quick run has one library, the one that a goal compares this edge proxy with. */
const ONLY_ORDINARY = [programs.HTTPXY, programs.UNDICI].map(({ name }) => name)
const MEGABYTE = 1024 * 1024
const REQUESTS: Bilingual = { pt: 'requisições', en: 'requests' }
const MEGABYTES: Bilingual = { pt: 'MB', en: 'MB' }
const CROWD = 2_000
const BURST = 1_000
/** Bursts of one sample: the CPU time of a single one is too short to be measured. */
const BURSTS = 4
/** As many as HAProxy accepts with 20,000 descriptors: it reserves two for each connection (haproxy-edge.cfg, maxconn). */
const IDLE_CONNECTIONS = 9_000

type Running = programs.RunningEdge

/** @throws Error when the response of an edge proxy is not the expected one */
export async function bench(run: BenchRun): Promise<void> {
  if (!installed('wrk')) return void process.stdout.write('edge: not installed: wrk\n\n')
  const folder = mkdtempSync(join(tmpdir(), 'bench-edge-'))
  const ends: (() => Promise<unknown>)[] = [async () => rmSync(folder, { recursive: true })]
  try {
    const upstreams = [1, 2, 3].map(n => ({ name: `backend${n}`, address: `${PREFIX}.${9 + n}`, port: 3000 }))
    for (const { name, address, port } of upstreams) {
      const command = pinned(LOAD_CORE, process.execPath, 'peers/edge-upstream.ts', name, address, String(port))
      const child = Child.start({ name, command, logFile: join(folder, `${name}.log`), env: {} })
      ends.push(() => child.stop())
      while (!(await programs.accepts(address, port)));
    }
    const quick = run.effort.name === 'quick'
    const compared = quick ? EDGES.filter(({ name }) => !ONLY_ORDINARY.includes(name)) : EDGES
    const edges: Running[] = []
    for (const [index, program] of compared.filter(({ available }) => available).entries()) {
      // A comparator is an edge proxy of the network map, which has three: so each gets a network of its own.
      const place = { address: `127.31.${index + 1}.20`, port: 8080 }
      const edge = await programs.startEdge(program, place, upstreams, pinned(SERVER_CORE))
      ends.push(() => edge.stop())
      await mustAnswer(edge)
      edges.push(edge)
    }
    const servers = edges.filter(({ name }) => !LIBRARIES.includes(name))
    await smallRequests(run, edges)
    if (!quick) {
      await benchCores(run, edges, upstreams)
      // Before the crowd: its memory would be used again for the idle connections, and they would seem to need none.
      await idleConnections(run, servers)
      await crowd(run, servers)
      await burst(run, servers)
    }
    await largeBodies(run, quick ? servers : edges, folder)
    await staticPage(run, edges)
    await latency(run, quick ? servers : edges)
  } finally {
    for (const end of ends.reverse()) await end()
  }
}

async function smallRequests(run: BenchRun, edges: readonly Running[]): Promise<void> {
  const title = { pt: 'GET, 155 bytes (octetos) de JSON', en: 'GET, 155 octets of JSON' }
  await compare(run, { id: 'edge-small', title, work: REQUESTS }, edges, edge => get(run, edge, '/status', '-c32'))
}

/** A class that clicks at the same moment: wrk counts the responses, and an error has a status of its own. */
async function crowd(run: BenchRun, edges: readonly Running[]): Promise<void> {
  const title = { pt: 'GET, 2.000 conexões', en: 'GET, 2,000 connections' }
  // Opening the connections takes most of the first second.
  const { seconds, rounds } = run.effort
  const longer = { ...run, effort: { ...run.effort, seconds: 3 * seconds, rounds: Math.ceil(rounds / 2) } }
  await compare(longer, { id: 'edge-crowd', title, work: REQUESTS }, edges, edge =>
    get(longer, edge, '/status', '-c', String(CROWD)),
  )
}

/** New connections at the same moment, one request on each: the time until all are answered. */
async function burst(run: BenchRun, edges: readonly Running[]): Promise<void> {
  if (!installed('h2load')) return
  const title = { pt: 'GET, 1.000 conexões novas ao mesmo tempo', en: 'GET, 1,000 new connections at once' }
  await compare(run, { id: 'edge-burst', title, work: REQUESTS }, edges, async ({ address, port }) => {
    let ms = 0
    for (let i = 0; i < BURSTS; i++) ms += await burstTime(`http://${address}:${port}/status`, BURST)
    return { work: BURST * BURSTS, extra: { ms: ms / BURSTS } }
  })
}

async function largeBodies(run: BenchRun, edges: readonly Running[], folder: string): Promise<void> {
  const download = async (edge: Running) => inMegabytes(await get(run, edge, '/large', '-c32'), 100_000)
  await compare(
    run,
    { id: 'edge-large', title: { pt: 'GET, 100 KB', en: 'GET, 100 KB' }, work: MEGABYTES },
    edges,
    download,
  )
  const script = join(folder, 'upload.lua')
  writeFileSync(script, `wrk.method = "POST"\nwrk.body = string.rep("x", ${MEGABYTE})\n`)
  const upload = async (edge: Running) => inMegabytes(await get(run, edge, '/upload', '-c32', '-s', script), MEGABYTE)
  await compare(
    run,
    { id: 'edge-upload', title: { pt: 'POST, 1 MB', en: 'POST, 1 MB' }, work: MEGABYTES },
    edges,
    upload,
  )
}

async function staticPage(run: BenchRun, edges: readonly Running[]): Promise<void> {
  // Only those that are configured to serve the page.
  const serving = edges.filter(({ name }) => name === 'http-proxy' || !LIBRARIES.includes(name))
  const title = { pt: 'GET /, a página estática', en: 'GET /, the static page' }
  await compare(run, { id: 'edge-page', title, work: REQUESTS }, serving, edge => get(run, edge, '/', '-c32'))
}

async function latency({ effort, publish }: BenchRun, edges: readonly Running[]): Promise<void> {
  if (!installed('h2load')) return
  const shown = edges.filter(({ name }) => name !== programs.HTTPXY.name && name !== programs.UNDICI.name)
  const urls = ({ address, port }: Running) => [`http://${address}:${port}/status`]
  const lines = await responseTimes(shown, urls, effort)
  const title = { pt: 'GET: tempo de resposta e carga', en: 'GET: response time and load' }
  publish({ kind: 'curve', id: 'edge-latency', benchmark: 'edge', title, lines })
}

async function idleConnections({ publish }: BenchRun, edges: readonly Running[]): Promise<void> {
  const rows = []
  for (const edge of edges) {
    const before = residentKilobytes(edge.pid)
    const sockets: Socket[] = []
    while (sockets.length < IDLE_CONNECTIONS) {
      const batch = await Promise.all(Array.from({ length: 100 }, () => idle(edge, sockets.length)))
      sockets.push(...batch)
    }
    rows.push({ name: edge.name, value: (residentKilobytes(edge.pid) - before) / IDLE_CONNECTIONS, extra: {} })
    // Those that the edge proxy has closed meanwhile were reported already.
    await Promise.all(sockets.map(socket => socket.closed || once(socket.destroy(), 'close')))
  }
  const title = { pt: 'memória de 9.000 conexões ociosas', en: 'memory of 9,000 idle connections' }
  const unit = { pt: 'KiB por conexão', en: 'KiB per connection' }
  publish({ kind: 'comparison', id: 'edge-idle', benchmark: 'edge', title, unit, ours: OURS, rows })
}

/** A connection that is kept after one response. Source addresses vary, because one address has only 28,000 ports. */
async function idle({ address, port }: Running, count: number): Promise<Socket> {
  const socket = connect({ host: address, port, localAddress: `127.31.200.${1 + (count % 200)}` })
  await once(socket, 'connect')
  socket.write('GET /status HTTP/1.1\r\nHost: a\r\n\r\n')
  await once(socket, 'data')
  socket.on('error', () => socket.destroy())
  return socket
}

function residentKilobytes(pid: number): number {
  return familyOf(pid).reduce((sum, member) => {
    const status = readFileSync(`/proc/${member}/status`, 'utf8')
    return sum + Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0)
  }, 0)
}

async function compare(
  { effort, publish }: BenchRun,
  { id, title, work }: { readonly id: string; readonly title: Bilingual; readonly work: Bilingual },
  edges: readonly Running[],
  measure: (edge: Running) => Promise<Sample>,
): Promise<void> {
  // One run that does not count: in its first seconds a process compiles its code.
  for (const edge of edges) await measure(edge)
  const rows = await alternate(edges, effort.rounds, measure)
  publish({ kind: 'comparison', id, benchmark: 'edge', title, ours: OURS, ...perCpuSecond(work, rows) })
}

async function get({ effort }: BenchRun, { address, port }: Running, path: string, ...args: string[]): Promise<Sample> {
  const { requests } = await wrk(`http://${address}:${port}${path}`, effort.seconds, ...args)
  return { work: requests }
}

function inMegabytes({ work, ...rest }: Sample, octets: number): Sample {
  return { work: (work * octets) / 1e6, ...rest }
}

async function mustAnswer({ address, port, name }: Running): Promise<void> {
  const { statusCode, body } = await request(`http://${address}:${port}/status`)
  const text = await body.text()
  if (statusCode !== 200 || !text.includes('"backend')) throw new Error(`${name} answers ${statusCode} ${text}`)
}
