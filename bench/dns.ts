/**
 * `npm run bench -- dns`: queries per CPU second, side by side with BIND, NSD, Knot, a bare echo and dns2.
 *
 * Read beside: measure.ts (how it is measured), dns-cores.ts (two cores), dns-peers.ts (the servers that are compared), docs/benchmarks.md (the published figures)
 * Touches the world: runs servers and dnsperf on the loopback network.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { installed } from '../peers/installed.ts'
import { benchCores } from './dns-cores.ts'
import { type DnsPeer, LAB_ZONE, OURS, Peers } from './dns-peers.ts'
import { countsIn } from './dnsperf.ts'
import { type BenchRun, type Bilingual, perCpuSecond } from './figures.ts'
import { alternate, cpuSeconds, load, pssMegabytes, type Sample } from './measure.ts'

const QUERIES: Bilingual = { pt: 'consultas', en: 'queries' }
const BIG_ZONE = 'big.test'
const BIG_ZONE_NAMES = 100_000

const WWW = [`www.${LAB_ZONE} A`]

export async function bench(run: BenchRun): Promise<void> {
  if (!installed('dnsperf')) return void process.stdout.write('dns: not installed: dnsperf\n\n')
  const peers = new Peers()
  try {
    const ours = await peers.ours()
    const echo = await peers.echo()
    const authoritative = [ours, ...present(await peers.bind(), await peers.nsd(), await peers.knot())]
    const all = [...authoritative, echo, await peers.dns2()]
    const compare = async (
      id: string,
      title: Bilingual,
      list: readonly DnsPeer[],
      queries: string,
      ...how: string[]
    ) => {
      const rows = await alternate(list, run.effort.rounds, peer => perform(peer, run.effort.seconds, queries, ...how))
      run.publish({ kind: 'comparison', id, benchmark: 'dns', title, ours: OURS, ...perCpuSecond(QUERIES, rows) })
    }
    await compare('dns-www', { pt: 'www A', en: 'www A' }, all, file(peers, 'www', WWW))
    const edns = { pt: 'www A com EDNS', en: 'www A with EDNS' }
    await compare('dns-edns', edns, [...authoritative, echo], file(peers, 'www', WWW), '-e')
    const mix = { pt: 'mistura: A, NODATA, NXDOMAIN, MX, curinga', en: 'mixed: A, NODATA, NXDOMAIN, MX, wildcard' }
    await compare('dns-mixed', mix, authoritative, file(peers, 'mixed', mixed()))
    await benchCores(run, peers, ours, file(peers, 'www', WWW))
    await benchBigZone(run, peers, ours)
  } finally {
    await peers.close()
  }
}

/** A zone of 100,000 names: how long it takes to load, and how much slower a query becomes. */
async function benchBigZone({ effort, publish }: BenchRun, peers: Peers, small: DnsPeer): Promise<void> {
  const zones = peers.zoneFolder('big', { [BIG_ZONE]: bigZone() })
  const begun = performance.now()
  const big = await peers.ours(`${BIG_ZONE_NAMES.toLocaleString('en')} names`, 31, zones)
  const loaded = (performance.now() - begun) / 1000
  const used = cpuSeconds(big.pid)
  const own = file(
    peers,
    'hosts',
    ['frontend1', 'frontend2', 'frontend3', 'backend1'].map(host => `${host}.${LAB_ZONE} A`),
  )
  const hosts = file(
    peers,
    'big',
    Array.from({ length: 50_000 }, (_, i) => `host${(i * 7919) % BIG_ZONE_NAMES}.${BIG_ZONE} A`),
  )
  const rows = await alternate([small, big], effort.rounds, peer =>
    perform(peer, effort.seconds, peer === big ? hosts : own),
  )
  const title = { pt: 'nomes de uma zona pequena e de uma grande', en: 'hosts of a small zone and of a large one' }
  publish({ kind: 'comparison', id: 'dns-names', benchmark: 'dns', title, ours: OURS, ...perCpuSecond(QUERIES, rows) })
  const [seconds, cpu] = [loaded.toFixed(1), used.toFixed(1)]
  const text = {
    pt: `O servidor respondeu pela zona de 100.000 nomes ${seconds} s depois do início, com ${cpu} segundos de CPU.`,
    en: `With the zone of 100,000 names the server answered ${seconds} s after its start, and had used ${cpu} CPU seconds by then.`,
  }
  publish({ kind: 'remark', id: 'dns-load', benchmark: 'dns', text })
}

async function perform(peer: DnsPeer, seconds: number, queries: string, ...options: string[]): Promise<Sample> {
  const where = ['-s', peer.address, '-p', String(peer.port)]
  const how = ['-c', '8', '-q', '100', '-T', '1', '-l', String(seconds)]
  const { completed, lost } = countsIn(await load('dnsperf', ...where, ...how, '-d', queries, ...options), peer)
  return { work: completed, extra: { 'lost %': (100 * lost) / completed, MB: pssMegabytes(peer.pid) } }
}

/** The proportions are not those of a real network; each kind of answer has its share. */
function mixed(): string[] {
  return Array.from({ length: 2000 }, (_, i) => {
    const name = i.toString(36)
    return [
      `www.${LAB_ZONE} A`,
      `www.${LAB_ZONE} A`,
      `frontend${1 + (i % 3)}.${LAB_ZONE} A`,
      `site.${LAB_ZONE} A`,
      `www.${LAB_ZONE} AAAA`,
      `frontend1.${LAB_ZONE} AAAA`,
      `nothing-${name}.${LAB_ZONE} A`,
      `${LAB_ZONE} MX`,
      `${name}.alunos.${LAB_ZONE} TXT`,
      `_http._tcp.${LAB_ZONE} SRV`,
    ][i % 10] as string
  })
}

function bigZone(): string {
  const apex = '$TTL 300\n@ SOA ns hostmaster 1 60 15 86400 30\n@ NS ns\n@ NS ns2\nns A 192.0.2.1\nns2 A 192.0.2.2\n'
  const hosts = Array.from(
    { length: BIG_ZONE_NAMES },
    (_, i) => `host${i} A 10.${i >> 16}.${(i >> 8) & 255}.${i & 255}\n`,
  )
  return apex + hosts.join('')
}

function file(peers: Peers, name: string, lines: readonly string[]): string {
  const path = join(peers.folder, `${name}.queries`)
  writeFileSync(path, `${lines.join('\n')}\n`)
  return path
}

function present<T>(...list: readonly (T | undefined)[]): T[] {
  return list.filter(item => item !== undefined)
}
