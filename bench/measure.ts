/**
 * What all benchmarks share: which core a program runs on, the CPU time of a process, and rounds that alternate between peers.
 *
 * Work per CPU second, not per second: the machine may be busy with other programs, and the load generator may be slower
 * than the server. Rounds alternate, so that a disturbance affects all peers; the median of the rounds counts.
 *
 * Read beside: dns.ts, edge.ts, backend.ts; proc(5), taskset(1)
 * Touches the world: runs programs, reads /proc.
 */
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'

/** The core of the server under test, and the core of everything else. */
export const SERVER_CORE = 0
export const LOAD_CORE = 1
/** For a server with two threads; the load generator uses the same cores. */
export const BOTH_CORES = '0,1'

/** A command that stays on one core, or on some: `pinned(SERVER_CORE, 'nginx', '-g', …)`. */
export function pinned(cores: number | string, ...command: string[]): string[] {
  return ['taskset', '-c', String(cores), ...command]
}

/** Runs a load generator on the load core. @returns what it printed */
export async function load(...command: string[]): Promise<string> {
  return loadOn(LOAD_CORE, ...command)
}

/** Runs a load generator on these cores. @returns what it printed */
export async function loadOn(cores: number | string, ...command: string[]): Promise<string> {
  const [program = '', ...args] = pinned(cores, ...command)
  const { stdout, stderr } = await promisify(execFile)(program, args, { maxBuffer: 1 << 26 })
  return stdout + stderr
}

/** CPU seconds (user and system) that a process and all its descendants have used so far; 10 ms is the resolution. */
export function cpuSeconds(pid: number): number {
  return familyOf(pid).reduce((sum, member) => sum + ownCpuSeconds(member), 0)
}

/** Proportional set size of a process and its descendants, in MB: a page that several processes share is divided among them. */
export function pssMegabytes(pid: number): number {
  const kilobytes = familyOf(pid).map(member => {
    const rollup = readFileSync(`/proc/${member}/smaps_rollup`, 'utf8')
    return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0)
  })
  return kilobytes.reduce((sum, kB) => sum + kB, 0) / 1024
}

const TICKS_PER_SECOND = 100 // sysconf(_SC_CLK_TCK) on every Linux of the last decades

function ownCpuSeconds(pid: number): number {
  return spentIn(`/proc/${pid}/stat`)
}

/** CPU seconds that each thread of a process has used so far, by thread id. */
export function threadSeconds(pid: number): ReadonlyMap<string, number> {
  const folder = `/proc/${pid}/task`
  return new Map(readdirSync(folder).map(thread => [thread, spentIn(`${folder}/${thread}/stat`)]))
}

function spentIn(stat: string): number {
  const [user = 0, system = 0] = statFields(stat, [14, 15])
  return (user + system) / TICKS_PER_SECOND
}

/** A process and its descendants. */
export function familyOf(pid: number): number[] {
  const parents = new Map<number, number>()
  for (const entry of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    try {
      parents.set(Number(entry), statFields(`/proc/${entry}/stat`, [4])[0] ?? 0)
    } catch {
      // ended meanwhile
    }
  }
  const family = [pid]
  for (const member of family) for (const [child, parent] of parents) if (parent === member) family.push(child)
  return family
}

/** Fields of a `stat` file of a process or thread by number as in proc(5), from 1; the name in field 2 may contain spaces and is skipped. */
function statFields(path: string, numbers: readonly number[]): number[] {
  const stat = readFileSync(path, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return numbers.map(number => Number(fields[number - 3]))
}

export interface Peer {
  readonly name: string
  /** The process whose CPU seconds count, its descendants included. */
  readonly pid: number
  /** Further processes that count, in the same way. */
  readonly others?: readonly number[]
}

export interface Sample {
  /** Units of work: queries, requests, octets. */
  readonly work: number
  /** Further columns of the table: `{ 'p99 ms': 1.2 }`. Left out where the program has no such value: its cell shows a dash. */
  readonly extra?: Readonly<Record<string, number>>
}

export interface PeerFigures {
  readonly name: string
  /** Median over the rounds, in units of work per CPU second. */
  readonly perCpuSecond: number
  readonly extra: Readonly<Record<string, number>>
}

/** Measures every peer once in each round. @param rounds at least 5 for a figure that is published */
export async function alternate<P extends Peer>(
  peers: readonly P[],
  rounds: number,
  measure: (peer: P) => Promise<Sample>,
): Promise<PeerFigures[]> {
  const samples = new Map(peers.map(peer => [peer.name, [] as { rate: number; extra: Record<string, number> }[]]))
  for (let round = 0; round < rounds; round++) {
    for (const peer of peers) {
      const spent = () => [peer.pid, ...(peer.others ?? [])].reduce((sum, pid) => sum + cpuSeconds(pid), 0)
      const before = spent()
      const { work, extra = {} } = await measure(peer)
      const used = spent() - before
      samples.get(peer.name)?.push({ rate: work / Math.max(used, 1 / TICKS_PER_SECOND), extra })
    }
  }
  return peers.map(({ name }) => {
    const own = samples.get(name) ?? []
    const columns = new Set(own.flatMap(({ extra }) => Object.keys(extra)))
    const medianOf = (column: string) => median(own.flatMap(({ extra }) => extra[column] ?? []))
    return {
      name,
      perCpuSecond: median(own.map(sample => sample.rate)),
      extra: Object.fromEntries([...columns].map(column => [column, medianOf(column)])),
    }
  })
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2
}
