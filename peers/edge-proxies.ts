/**
 * Other edge proxies as private processes: nginx, HAProxy and Caddy from the system's packages, and the comparators of this
 * folder.
 *
 * Read beside: nginx-edge.conf, haproxy-edge.cfg, Caddyfile-edge (their configurations)
 * Touches the world: starts programs, and writes their configuration into a new temporary folder.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { DIE_WITH_PARENT } from '../lab/child.ts'
import { installed } from './installed.ts'

export interface Endpoint {
  readonly address: string
  readonly port: number
}

/** How one kind of edge proxy is started. */
export interface EdgeProgram {
  readonly name: string
  readonly available: boolean
  /** The command, after what it reads was written into `folder`. */
  command(place: Endpoint, backends: readonly Endpoint[], folder: string): string[]
  readonly env?: (place: Endpoint, backends: readonly Endpoint[], folder: string) => Record<string, string>
}

export interface RunningEdge extends Endpoint {
  readonly name: string
  readonly pid: number
  stop(): Promise<void>
}

const HERE = import.meta.dirname
const PUBLIC = join(HERE, '../edge-proxy/public')
/** A program that ends is noticed at once; one that starts slowly, on a machine with much other load, gets its time. */
const READY_MS = 60_000

/** A program from the system's packages, with its configuration filled in. */
function fromTemplate(
  name: string,
  template: string,
  server: (backend: Endpoint, index: number) => string,
  command: (file: string) => string[],
  { tuning = '', workers = 1 }: { readonly tuning?: string; readonly workers?: number } = {},
): EdgeProgram {
  return {
    name,
    available: installed(name),
    command(place, backends, folder) {
      const words: Readonly<Record<string, string>> = {
        ...place,
        port: String(place.port),
        folder,
        public: PUBLIC,
        tuning,
        workers: String(workers),
        // Each worker has a socket of its own, and the kernel divides the connections: as with WORKERS of this edge.
        shared: workers > 1 ? ' reuseport' : '',
        servers: backends.map(server).join(template.startsWith('Caddy') ? ' ' : '\n'),
      }
      const text = readFileSync(join(HERE, template), 'utf8')
      const file = join(folder, template)
      writeFileSync(
        file,
        text.replace(/\{\{(\w+)\}\}/g, (_, word: string) => words[word] ?? ''),
      )
      return command(file)
    },
    env: (_, __, folder) => ({ HOME: folder, PATH: `${process.env.PATH}:/usr/sbin` }),
  }
}

/** An edge proxy of this repository: it is on the network map, so its address decides its port. */
function fromSource(name: string, file: string): EdgeProgram {
  return {
    name,
    available: true,
    command: () => [process.execPath, join(HERE, '..', file)],
    env: ({ address }, backends) => ({
      ADDRESS: address,
      LAB_PORTS: 'high',
      DRAIN_GRACE: '0',
      BACKENDS: backends.map(({ address, port }, index) => `backend${index + 1}=${address}:${port}`).join(','),
    }),
  }
}

/** The comparators accept plain addresses only. */
function comparator(name: string, file: string): EdgeProgram {
  return {
    ...fromSource(name, file),
    env: ({ address }, backends) => ({
      ADDRESS: address,
      LAB_PORTS: 'high',
      NODE_NO_WARNINGS: '1',
      BACKENDS: backends.map(({ address, port }) => `${address}:${port}`).join(','),
    }),
  }
}

export const EDGE: EdgeProgram = fromSource('this edge', 'edge-proxy/main.ts')
export const NGINX: EdgeProgram = fromTemplate(
  'nginx',
  'nginx-edge.conf',
  ({ address, port }) => `server ${address}:${port};`,
  file => ['nginx', '-c', file],
)
/**
 * What nginx offers against silent backends, set as well as its manual allows: by default it waits a minute for a connection, and a
 * minute for the first octet.
 */
const NGINX_TUNING = `
            proxy_connect_timeout 500ms;
            proxy_read_timeout 2s;
            proxy_next_upstream error timeout http_502 http_503 http_504;
            proxy_next_upstream_tries 3;
            proxy_next_upstream_timeout 5s;`
export const NGINX_TUNED: EdgeProgram = fromTemplate(
  'nginx',
  'nginx-edge.conf',
  ({ address, port }) => `server ${address}:${port} max_fails=2 fail_timeout=5s;`,
  file => ['nginx', '-c', file],
  { tuning: NGINX_TUNING },
)
/** The same on two cores. */
export const EDGE_TWO: EdgeProgram = {
  ...EDGE,
  name: `${EDGE.name}, WORKERS=2`,
  env: (...places) => ({ ...EDGE.env?.(...places), WORKERS: '2' }),
}
export const NGINX_TWO: EdgeProgram = {
  ...fromTemplate(
    'nginx',
    'nginx-edge.conf',
    ({ address, port }) => `server ${address}:${port};`,
    file => ['nginx', '-c', file],
    { workers: 2 },
  ),
  name: 'nginx, 2 workers',
}
export const HAPROXY: EdgeProgram = fromTemplate(
  'haproxy',
  'haproxy-edge.cfg',
  ({ address, port }, index) => `server backend${index + 1} ${address}:${port}`,
  file => ['haproxy', '-f', file],
)
export const CADDY: EdgeProgram = fromTemplate(
  'caddy',
  'Caddyfile-edge',
  ({ address, port }) => `${address}:${port}`,
  file => ['caddy', 'run', '--adapter', 'caddyfile', '--config', file],
)
export const HTTP_PROXY: EdgeProgram = comparator('http-proxy', 'peers/http-proxy-edge.ts')
export const HTTPXY: EdgeProgram = comparator('httpxy', 'peers/httpxy-edge.ts')
export const UNDICI: EdgeProgram = comparator('undici', 'peers/undici-edge.ts')

/** Starts one, and waits until it accepts connections. @param prefix the words before its command: `taskset -c 0` */
export async function startEdge(
  program: EdgeProgram,
  place: Endpoint,
  backends: readonly Endpoint[],
  prefix: readonly string[] = [],
): Promise<RunningEdge> {
  const folder = mkdtempSync(join(tmpdir(), 'lab-edge-'))
  const [file = '', ...args] = [...DIE_WITH_PARENT, ...prefix, ...program.command(place, backends, folder)]
  const child = spawn(file, args, {
    env: { ...process.env, ...program.env?.(place, backends, folder) },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', text => {
    said = (said + text).slice(-2000)
  })
  const ended = once(child, 'exit').then(() => rmSync(folder, { recursive: true, force: true }))
  await untilListening(child, place, () => `${program.name}: ${said}`)
  return {
    ...place,
    name: program.name,
    pid: child.pid as number,
    stop: async () => {
      child.kill('SIGTERM')
      const hard = setTimeout(() => child.kill('SIGKILL'), 5_000)
      await ended
      clearTimeout(hard)
    },
  }
}

async function untilListening(child: ChildProcess, { address, port }: Endpoint, what: () => string): Promise<void> {
  const deadline = performance.now() + READY_MS
  while (!(await accepts(address, port))) {
    if (child.exitCode !== null) throw new Error(`ended at once: ${what()}`)
    if (performance.now() > deadline) throw new Error(`not listening after ${READY_MS} ms: ${what()}`)
    await pause(20)
  }
}

/** Whether connections are accepted there. */
export function accepts(address: string, port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ host: address, port })
    const done = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.on('connect', () => done(true)).on('error', () => done(false))
  })
}
