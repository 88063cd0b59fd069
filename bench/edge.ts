/**
 * The edge proxy beside nginx, HAProxy and Caddy, and beside what one would write with a library.
 *
 * One edge proxy is pinned to one core; three upstreams and the load (wrk, h2load) share the other. Before the measurement every
 * edge proxy gets one request, and must return the upstream's response: a fast 502 would give a wrong figure.
 *
 * Read beside: measure.ts, peers/edge-proxies.ts (how each is started and configured), peers/edge-upstream.ts
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
import { alternate, familyOf, LOAD_CORE, load, pinned, type Sample, SERVER_CORE, table } from './measure.ts'

const PREFIX = '127.31.0'
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5)
const SECONDS = Number(process.env.BENCH_SECONDS ?? 3)
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
const MEGABYTE = 1024 * 1024
const CROWD = 2_000
/** As many as HAProxy accepts with 20,000 descriptors: it reserves two for each connection (haproxy-edge.cfg, maxconn). */
const IDLE_CONNECTIONS = 9_000

type Running = programs.RunningEdge

/** Prints seven tables, as Markdown. @throws Error when the response of an edge proxy is not the expected one */
export async function bench(): Promise<void> {
  if (!installed('wrk')) return void process.stdout.write('edge: wrk is not installed\n')
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
    const edges: Running[] = []
    for (const [index, program] of EDGES.filter(({ available }) => available).entries()) {
      // A comparator is an edge proxy of the network map, which has three: so each gets a network of its own.
      const place = { address: `127.31.${index + 1}.20`, port: 8080 }
      const edge = await programs.startEdge(program, place, upstreams, pinned(SERVER_CORE))
      ends.push(() => edge.stop())
      await mustAnswer(edge)
      edges.push(edge)
    }
    await smallRequests(edges)
    await crowd(edges.filter(({ name }) => !LIBRARIES.includes(name)))
    await largeBodies(edges, folder)
    await staticPage(edges)
    await fixedRate(edges, folder)
    await idleConnections(edges.filter(({ name }) => !LIBRARIES.includes(name)))
  } finally {
    for (const end of ends.reverse()) await end()
  }
}

async function smallRequests(edges: readonly Running[]): Promise<void> {
  await compare('GET, 155 octets of JSON', 'requests', edges, edge => wrk(edge, '/status'))
}

/** A class that clicks at the same moment: wrk counts the responses, and an error has a status of its own. */
async function crowd(edges: readonly Running[]): Promise<void> {
  const title = `GET, ${CROWD.toLocaleString('en')} connections`
  await compare(title, 'requests', edges, edge => wrk(edge, '/status', '-c', String(CROWD), '--timeout', '10s'))
}

async function largeBodies(edges: readonly Running[], folder: string): Promise<void> {
  const download = async (edge: Running) => inMegabytes(await wrk(edge, '/large'), 100_000)
  await compare('GET, 100 KB', 'MB', edges, download)
  const script = join(folder, 'upload.lua')
  writeFileSync(script, `wrk.method = "POST"\nwrk.body = string.rep("x", ${MEGABYTE})\n`)
  const upload = async (edge: Running) => inMegabytes(await wrk(edge, '/upload', '-s', script), MEGABYTE)
  await compare('POST, 1 MB', 'MB', edges, upload)
}

async function staticPage(edges: readonly Running[]): Promise<void> {
  // Only those that are configured to serve the page.
  const serving = edges.filter(({ name }) => name === 'http-proxy' || !LIBRARIES.includes(name))
  await compare('GET /, the static page', 'requests', serving, edge => wrk(edge, '/'))
}

async function fixedRate(edges: readonly Running[], folder: string): Promise<void> {
  if (!installed('h2load')) return
  const rate = 2_000
  const log = join(folder, 'h2load.log')
  const rows = await alternate(edges, ROUNDS, async ({ address, port }) => {
    const clients = 20
    rmSync(log, { force: true })
    await load(
      ...['h2load', '--h1', `-c${clients}`, '-t1', `-D${SECONDS}`, `--rps=${rate / clients}`, `--log-file=${log}`],
      `http://${address}:${port}/status`,
    )
    // start (µs since the epoch), status, µs it took
    const took = [...readFileSync(log, 'latin1').matchAll(/^\d{10,}\t200\t(\d+)$/gm)]
      .map(([, us]) => Number(us) / 1000)
      .toSorted((a, b) => a - b)
    const at = (share: number) => took[Math.floor(took.length * share)] ?? Number.NaN
    return { work: took.length, extra: { 'p50 ms': at(0.5), 'p99 ms': at(0.99) } }
  })
  print(table(`GET at ${rate} a second`, 'requests', OURS, rows))
}

async function idleConnections(edges: readonly Running[]): Promise<void> {
  const lines = ['| idle connections | how many | KiB each |', '|---|---|---|']
  for (const edge of edges) {
    const before = residentKilobytes(edge.pid)
    const sockets: Socket[] = []
    while (sockets.length < IDLE_CONNECTIONS) {
      const batch = await Promise.all(Array.from({ length: 100 }, () => idle(edge, sockets.length)))
      sockets.push(...batch)
    }
    const each = (residentKilobytes(edge.pid) - before) / IDLE_CONNECTIONS
    lines.push(`| ${edge.name} | ${IDLE_CONNECTIONS.toLocaleString('en')} | ${each.toFixed(1)} |`)
    // Those that the edge proxy has closed meanwhile were reported already.
    await Promise.all(sockets.map(socket => socket.closed || once(socket.destroy(), 'close')))
  }
  print(lines.join('\n'))
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
  title: string,
  unit: string,
  edges: readonly Running[],
  measure: (edge: Running) => Promise<Sample>,
): Promise<void> {
  // One run that does not count: in its first seconds a process compiles its code.
  for (const edge of edges) await measure(edge)
  print(table(title, unit, OURS, await alternate(edges, ROUNDS, measure)))
}

async function wrk({ address, port, name }: Running, path: string, ...args: string[]): Promise<Sample> {
  const output = await load(
    'wrk',
    '-t1',
    '-c32',
    `-d${SECONDS}s`,
    '--latency',
    ...args,
    `http://${address}:${port}${path}`,
  )
  const [, requests = Number.NaN] = /(\d+) requests in/.exec(output) ?? []
  if (/Non-2xx/.test(output)) throw new Error(`${name}: ${output}`)
  return { work: Number(requests) }
}

function inMegabytes({ work, ...rest }: Sample, octets: number): Sample {
  return { work: (work * octets) / 1e6, ...rest }
}

async function mustAnswer({ address, port, name }: Running): Promise<void> {
  const { statusCode, body } = await request(`http://${address}:${port}/status`)
  const text = await body.text()
  if (statusCode !== 200 || !text.includes('"backend')) throw new Error(`${name} answers ${statusCode} ${text}`)
}

function print(text: string): void {
  process.stdout.write(`${text}\n\n`)
}
