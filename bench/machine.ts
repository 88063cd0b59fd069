/**
 * The machine of a run, and the versions of the programs that were measured: two runs can be compared only when both are given.
 *
 * Read beside: figures.ts, document.ts
 * Touches the world: asks every program for its version; reads /etc/os-release and package.json files.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { join } from 'node:path'
import type { BenchMachine, BenchmarkWithFigures } from './figures.ts'

const ROOT = join(import.meta.dirname, '..')

/** The command with which a program prints its version. */
const COMMANDS: Readonly<Record<string, readonly [program: string, ...args: string[]]>> = {
  BIND: ['named', '-v'],
  NSD: ['nsd', '-v'],
  Knot: ['knotd', '--version'],
  nginx: ['nginx', '-v'],
  HAProxy: ['haproxy', '-v'],
  Caddy: ['caddy', 'version'],
  MariaDB: ['mariadbd', '--version'],
  // Debian has redis-server only in a package that starts a service; the checker is the same program (lab/redis.ts).
  Redis: ['redis-check-rdb', '--version'],
  wrk: ['wrk', '-v'],
  h2load: ['h2load', '--version'],
}

const PROGRAMS: Readonly<Record<BenchmarkWithFigures, readonly string[]>> = {
  dns: ['BIND', 'NSD', 'Knot', 'dns2'],
  edge: ['nginx', 'HAProxy', 'Caddy', 'http-proxy', 'httpxy', 'undici', 'wrk', 'h2load'],
  backend: ['express', 'fastify', 'MariaDB', 'Redis', 'wrk'],
  chain: ['BIND', 'nginx', 'express', 'MariaDB', 'Redis', 'h2load'],
}

export function describeMachine(benchmark: BenchmarkWithFigures): BenchMachine {
  const programs = PROGRAMS[benchmark].flatMap(name => {
    const version = COMMANDS[name] ? versionOfProgram(COMMANDS[name]) : versionOfPackage(name)
    return version === undefined ? [] : [[name, version] as const]
  })
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGB: Math.round(totalmem() / 2 ** 30),
    system: /^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? process.platform,
    kernel: release(),
    programs: { Node: process.versions.node, ...Object.fromEntries(programs) },
  }
}

/** The first version number that the program prints; undefined when it is not installed. */
function versionOfProgram([program, ...args]: readonly [string, ...string[]]): string | undefined {
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` }
  const { stdout, stderr } = spawnSync(program, args, { env, encoding: 'utf8' })
  return /\d+\.\d+(?:\.\d+)*/.exec(`${stdout}${stderr}`)?.[0]
}

function versionOfPackage(name: string): string {
  return JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')).version
}
