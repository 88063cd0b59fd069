/**
 * Starts nginx with the configuration of this folder, as a private process.
 *
 * Read beside: nginx.conf, peers/edge-proxies.ts (which starts it)
 * Touches the world: starts nginx; makes a copy of the page with a .gz beside each file.
 */
import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type EdgeProgram, type RunningEdge, startEdge } from '../../peers/edge-proxies.ts'
import { installed } from '../../peers/installed.ts'
import type { BackendAddress } from '../balance/backend.ts'

const PUBLIC = join(import.meta.dirname, '../public')

export interface NginxOptions {
  readonly address: string
  readonly port: number
  readonly backends: readonly BackendAddress[]
  readonly weighted?: readonly BackendAddress[]
  /** Whether loopback clients are limited. */
  readonly limited?: boolean
  /** `address:port` of a DNS server, and the name to resolve. */
  readonly dns?: string
  readonly name?: string
}

export const NGINX_IS_HERE = installed('nginx')

/** Starts nginx, and waits until it accepts connections. */
export function startNginx(options: NginxOptions): Promise<RunningEdge> {
  const program: EdgeProgram = {
    name: 'nginx',
    available: NGINX_IS_HERE,
    command: (_, __, folder) => ['nginx', '-c', configure(options, folder)],
    env: (_, __, folder) => ({ HOME: folder, PATH: `${process.env.PATH}:/usr/sbin` }),
  }
  return startEdge(program, options, options.backends)
}

function configure(options: NginxOptions, folder: string): string {
  const {
    address,
    port,
    backends,
    weighted = backends,
    limited = false,
    dns = '127.0.0.1:5300',
    name = 'none',
  } = options
  const words: Readonly<Record<string, string>> = {
    folder,
    public: publish(join(folder, 'public')),
    address,
    port: String(port),
    dns,
    name,
    limited: limited ? '1' : '0',
    by_turns: backends.map(backend => `${serverLine(backend)} max_fails=3 fail_timeout=1s;`).join('\n        '),
    weighted: weighted.map(backend => `${serverLine(backend)} weight=${backend.weight};`).join('\n        '),
  }
  const template = readFileSync(join(import.meta.dirname, 'nginx.conf'), 'utf8')
  const file = join(folder, 'nginx.conf')
  writeFileSync(
    file,
    template.replace(/\{\{(\w+)\}\}/g, (_, word: string) => words[word] ?? ''),
  )
  return file
}

function serverLine({ address, port }: BackendAddress): string {
  return `server ${address}:${port}`
}

/** A copy of the page, with a .gz beside each file and the same date, as gzip_static requires. */
function publish(folder: string): string {
  mkdirSync(folder)
  for (const name of readdirSync(PUBLIC)) {
    const { atime, mtime } = statSync(join(PUBLIC, name))
    const content = readFileSync(join(PUBLIC, name))
    for (const [copy, octets] of [
      [name, content],
      [`${name}.gz`, gzipSync(content, { level: 9 })],
    ] as const) {
      writeFileSync(join(folder, copy), octets)
      utimesSync(join(folder, copy), atime, mtime)
    }
  }
  return folder
}
