/**
 * The servers that `npm run bench -- dns` compares, each as a private process on the loopback network, pinned to the server's
 * core, with the same zone files.
 *
 * Read beside: dns.ts
 * Touches the world: spawns servers; writes their files into a temporary folder.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { queryOf } from '../dns-server/testing/ask.ts'
import { RCODE } from '../dns-server/wire/codes.ts'
import { installed } from '../peers/installed.ts'
import { BOTH_CORES, type Peer, pinned, SERVER_CORE } from './measure.ts'

export interface DnsPeer extends Peer {
  readonly address: string
  readonly port: number
}

const ROOT = join(import.meta.dirname, '..')
const PATH = `${process.env.PATH}:/usr/sbin`
export const LAB_ZONE = 'meutrabalho.com.br'
export const OURS = 'dns-server'

/** A question that every peer answers when it has loaded the zone of the lab. */
const PROBE = queryOf(`www.${LAB_ZONE}`, 'A')
const READY_LIMIT_MS = 20_000

interface DnsProgram {
  readonly name: string
  readonly address: string
  readonly port: number
  readonly command: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly threads?: number
}

/** Starts peers; ends all of them, and removes their files, after the table. */
export class Peers {
  readonly folder = mkdtempSync(join(tmpdir(), 'bench-dns-'))
  readonly zones = this.zoneFolder('zones')
  readonly #children: ChildProcess[] = []

  /** A folder with the lab's zone, and others by origin. */
  zoneFolder(name: string, others: Readonly<Record<string, string>> = {}): string {
    const folder = join(this.folder, name)
    mkdirSync(folder)
    copyFileSync(join(ROOT, 'dns-server', 'zones', `db.${LAB_ZONE}`), join(folder, `db.${LAB_ZONE}`))
    for (const [origin, text] of Object.entries(others)) writeFileSync(join(folder, `db.${origin}`), text)
    return folder
  }

  /** Our server. @param octet the third of its address, so that several can run at the same time */
  async ours(name = OURS, octet = 30, zones = this.zones, threads = 1): Promise<DnsPeer> {
    const address = `127.29.${octet}.5`
    const env = { ADDRESS: address, LAB_PORTS: 'high', ZONES: zones, HEALTH: '0', WORKERS: String(threads) }
    return this.#start({ name, address, port: 5300, command: ourProgram('dns-server/main.ts'), env, threads })
  }

  async echo(): Promise<DnsPeer> {
    const command = [...ourProgram('peers/udp-echo.ts'), '127.0.0.1', '5391']
    return this.#start({ name: 'bare node:dgram echo', address: '127.0.0.1', port: 5391, command })
  }

  async dns2(): Promise<DnsPeer> {
    const env = { ADDRESS: '127.29.40.5', LAB_PORTS: 'high', ZONES: this.zones }
    const command = ourProgram('peers/dns2-server.ts')
    return this.#start({ name: 'dns2', address: env.ADDRESS, port: 5300, command, env })
  }

  async bind(name = 'BIND', port = 5392, threads = 1): Promise<DnsPeer | undefined> {
    const options = `
      listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; };
      pid-file none; session-keyfile none; recursion no; minimal-responses no-auth;
      rrset-order { order cyclic; }; edns-udp-size 1232; max-udp-size 1232;`
    const zone = `zone "${LAB_ZONE}" { type primary; file "${this.zones}/db.${LAB_ZONE}"; };`
    const file = this.#file(`named-${port}.conf`, `options { ${options} };\ncontrols { };\n${zone}\n`)
    return this.#peer(name, 'named', port, ['named', '-f', '-n', `${threads}`, '-U', `${threads}`, '-c', file], threads)
  }

  async nsd(): Promise<DnsPeer | undefined> {
    const server = `server:
  ip-address: 127.0.0.1@5393
  server-count: 1
  username: ""
  chroot: ""
  zonesdir: "${this.zones}"
  database: ""
  pidfile: ""
  xfrdfile: ""
  zonelistfile: "${this.folder}/zone.list"
  xfrdir: "${this.folder}"
  rrl-ratelimit: 0
  round-robin: yes
  minimal-responses: yes
remote-control:
  control-enable: no
zone:
  name: "${LAB_ZONE}"
  zonefile: "db.${LAB_ZONE}"
`
    return this.#peer('NSD', 'nsd', 5393, ['nsd', '-d', '-c', this.#file('nsd.conf', server)])
  }

  async knot(): Promise<DnsPeer | undefined> {
    const run = join(this.folder, 'knot')
    mkdirSync(run)
    const server = `server:
  listen: 127.0.0.1@5394
  rundir: "${run}"
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
  answer-rotation: on
database:
  storage: "${run}"
template:
  - id: default
    storage: "${this.zones}"
    zonefile-sync: -1
    journal-content: none
zone:
  - domain: ${LAB_ZONE}
    file: "db.${LAB_ZONE}"
log:
  - target: stderr
    any: warning
`
    return this.#peer('Knot', 'knotd', 5394, ['knotd', '-c', this.#file('knot.conf', server)])
  }

  async close(): Promise<void> {
    for (const child of this.#children) {
      const ended = once(child, 'exit')
      if (child.exitCode === null && child.signalCode === null && child.kill('SIGTERM')) await ended
    }
    rmSync(this.folder, { recursive: true })
  }

  #file(name: string, text: string): string {
    const path = join(this.folder, name)
    writeFileSync(path, text)
    return path
  }

  async #peer(
    name: string,
    program: string,
    port: number,
    command: string[],
    threads = 1,
  ): Promise<DnsPeer | undefined> {
    return installed(program) ? this.#start({ name, address: '127.0.0.1', port, command, threads }) : undefined
  }

  async #start({ name, address, port, command, env, threads = 1 }: DnsProgram): Promise<DnsPeer> {
    const [program = '', ...args] = pinned(threads > 1 ? BOTH_CORES : SERVER_CORE, ...command)
    const child = spawn(program, args, {
      cwd: this.folder,
      env: { ...process.env, PATH, ...env },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    this.#children.push(child)
    await answers(address, port, name)
    return { name, pid: child.pid ?? 0, address, port }
  }
}

/** A program of this repository. */
function ourProgram(path: string): string[] {
  return [process.execPath, join(ROOT, path)]
}

/** Sends the question until a response without an error arrives: a server may listen before it has loaded its zone. */
async function answers(address: string, port: number, name: string): Promise<void> {
  const socket = createSocket('udp4')
  const deadline = performance.now() + READY_LIMIT_MS
  let answered = false
  socket.on('message', response => {
    answered ||= ((response[3] as number) & 0x0f) === RCODE.NOERROR
  })
  while (!answered) {
    socket.send(PROBE, port, address, () => undefined)
    await pause(20)
    if (performance.now() > deadline) throw new Error(`${name} does not answer at ${address}:${port}`)
  }
  socket.close()
}
