/**
 * Looks at the machine: runs the programs that each system has for it, and reads a few files. What is missing or not permitted is left
 * out of the facts; nothing is changed.
 *
 * Read beside: facts.ts, listeners.ts and networks.ts (which read the output), judge.ts
 * Touches the world: runs programs, reads files.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statfsSync, statSync } from 'node:fs'
import { release } from 'node:os'
import { delimiter, join } from 'node:path'
import { NotRunning, statusOf } from '../control-client.ts'
import { type Platform, platformOf } from '../platform.ts'
import type { DockerFacts, DoctorFacts, Listener } from './facts.ts'
import { parseLsof, parseNetstat, parseSs } from './listeners.ts'
import { parseRoutes } from './networks.ts'

/** A program that takes longer is not waited for, in milliseconds. */
const PATIENCE_MS = 5_000

export async function examine(labFolder: string, prefix: string): Promise<DoctorFacts> {
  const platform = platformOf(process.platform, release())
  const folder = process.cwd()
  const { bavail, bsize } = statfsSync(folder)
  const { prefix: inForce = prefix, ...lab } = await labOf(labFolder)
  return {
    platform,
    root: process.getuid?.() === 0,
    node: process.version,
    folder,
    freeMegabytes: Math.floor((bavail * bsize) / 1e6),
    now: Date.now(),
    newestFile: newestFile(folder),
    lab,
    prefix: inForce,
    lowestPort: lowestPort(),
    listeners: listeners(platform),
    missing: missingPrograms(),
    packageManagers: packageManagers(),
    systemdResolved: readText('/etc/resolv.conf').includes('nameserver 127.0.0.53'),
    proxyVariables: proxyVariables(),
    docker: docker(),
    routes: parseRoutes(readText('/proc/net/route')),
  }
}

/** Milliseconds since 1970. The files at the top are enough: a clone writes them all at once. */
function newestFile(folder: string): number {
  return Math.max(...['package.json', 'README.md', 'lab', 'shared'].map(name => modified(join(folder, name))))
}

function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}

async function labOf(folder: string): Promise<DoctorFacts['lab'] & { readonly prefix?: string }> {
  try {
    const { pid, prefix, components } = await statusOf(folder)
    return { running: true, prefix, pids: [pid, ...components.flatMap(component => component.pid ?? [])] }
  } catch (error) {
    // A lab that does not answer is running, too.
    return { running: !(error instanceof NotRunning), pids: [] }
  }
}

function lowestPort(): number {
  if (process.getuid?.() === 0) return 1
  return Number(readText('/proc/sys/net/ipv4/ip_unprivileged_port_start') || 1024)
}

function listeners(platform: Platform): Listener[] {
  if (platform === 'darwin') return parseLsof(output('lsof', ['-nP', '-iTCP', '-sTCP:LISTEN', '-iUDP']))
  if (platform === 'win32') return parseNetstat(output('netstat', ['-ano']))
  return parseSs(output('ss', ['-lntupH']))
}

/** What `npm start` and the README use, and the Debian package of each. */
const PROGRAMS: readonly (readonly [program: string, debianPackage: string])[] = [
  ['mariadbd', 'mariadb-server-core'],
  ['mariadb', 'mariadb-client-core'],
  ['redis-server', 'redis-tools'],
  ['dig', 'bind9-dnsutils'],
  ['curl', 'curl'],
]
const SYSTEM_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/sbin']

function missingPrograms(): DoctorFacts['missing'] {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...SYSTEM_FOLDERS]
  const isThere = (program: string) => folders.some(folder => existsSync(join(folder, program)))
  return PROGRAMS.filter(
    ([program]) => !isThere(program) && !(program === 'redis-server' && isThere('redis-check-rdb')),
  ).map(([program, debianPackage]) => ({ program, debianPackage }))
}

const HOLDERS = new Set([
  'apt',
  'apt-get',
  'aptitude',
  'dpkg',
  'unattended-upgr',
  'dnf',
  'packagekitd',
  'pacman',
  'zypper',
])

/** The names of running programs that hold the lock of the package manager. The kernel keeps 15 letters of a name. */
function packageManagers(): string[] {
  if (!existsSync('/proc')) return []
  const names = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(pid => readText(`/proc/${pid}/comm`).trim())
  return [...new Set(names.filter(name => HOLDERS.has(name)))]
}

function proxyVariables(): Record<string, string> {
  const names = ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy']
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value && names.includes(name.toLowerCase()) ? [[name, value]] : [],
    ),
  )
}

function docker(): DockerFacts {
  const version = output('docker', ['version', '--format', '{{.Client.Version}} {{.Server.Version}}'])
  const running = /^\S+ \d/.test(version)
  const installed = version !== '' || output('docker', ['--version']) !== ''
  if (!running) return { installed, running, networks: [] }
  const names = output('docker', ['network', 'ls', '--format', '{{.Name}}']).split('\n').filter(Boolean)
  const format = '{{.Name}} {{range .IPAM.Config}}{{.Subnet}} {{end}}'
  const networks = output('docker', ['network', 'inspect', '--format', format, ...names])
    .split('\n')
    .flatMap(line => {
      const [name = '', ...subnets] = line.trim().split(' ')
      return subnets.map(subnet => ({ name, subnet }))
    })
  return { installed, running, networks }
}

/** Empty when the program is missing, fails or takes too long. */
function output(program: string, args: readonly string[]): string {
  try {
    return execFileSync(program, args, { encoding: 'utf8', timeout: PATIENCE_MS, stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    return ''
  }
}

/** Empty when the file cannot be read: no such file on this system, or a process that has ended. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
