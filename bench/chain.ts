/**
 * `npm run bench -- chain`: the whole chain beside BIND + nginx + Express, with the CPU time of all processes together.
 *
 * Three h2load, one for each edge proxy, send requests of a browser that is logged in; then dnsperf sends one DNS query for every ten of
 * these requests. All of it is one sample: a browser with a TTL of 5 s that sends two requests a second asks as often.
 *
 * A sample is a number of requests, not of seconds: on a busy machine a second has few requests, and such samples gave another ratio than long ones
 * (docs/benchmarks.md).
 *
 * Read beside: chain-builds.ts (the programs), chain-shares.ts (what the goal leaves for the backends), measure.ts (how it is measured), docs/benchmarks.md (the published figures)
 * Touches the world: starts both builds, and the load on them.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installed } from '../peers/installed.ts'
import { type ChainBuild, ChainBuilds, CREDENTIALS, OURS } from './chain-builds.ts'
import { backendShare, partColumn } from './chain-shares.ts'
import { LAB_ZONE } from './dns-peers.ts'
import { type BenchRun, type Bilingual, perCpuSecond } from './figures.ts'
import { CHAIN_GOAL } from './goals.ts'
import { responseTimes, send } from './http-load.ts'
import { alternate, cpuSeconds, load, type Sample } from './measure.ts'

const REQUESTS_PER_QUERY = 10
/** For each edge proxy: before the first sample, in a sample of `/perfil`, and in one of `/login`. */
const COUNTS = { quick: [2_000, 2_000, 4], ordinary: [30_000, 5_000, 20], long: [30_000, 20_000, 60] } as const
/** A sample takes several seconds. */
const MOST_ROUNDS = 5
const REQUESTS: Bilingual = { pt: 'requisições', en: 'requests' }

/** @throws Error when the response of a build is not the expected one */
export async function bench({ effort, publish }: BenchRun): Promise<void> {
  const missing = ['h2load', 'dnsperf'].filter(program => !installed(program))
  if (missing.length > 0) return void process.stdout.write(`chain: not installed: ${missing.join(', ')}\n\n`)
  const folder = mkdtempSync(join(tmpdir(), 'bench-chain-load-'))
  const builds = new ChainBuilds()
  try {
    await builds.startDatabases()
    const both = [await builds.ours(), await builds.usual()].filter(build => build !== undefined)
    const visit = (build: ChainBuild, path: string, count: number, ...args: string[]) =>
      measured(build, path, count, join(folder, 'queries'), args)
    const compare = async (id: string, title: Bilingual, measure: (build: ChainBuild) => Promise<Sample>) => {
      const figures = perCpuSecond(REQUESTS, await alternate(both, Math.min(effort.rounds, MOST_ROUNDS), measure))
      publish({ kind: 'comparison', id, benchmark: 'chain', title, ours: OURS, ...figures })
      return figures.rows
    }
    const [unmeasured, perfils, logins] = COUNTS[effort.name]
    const perfil = (count: number) => (build: ChainBuild) =>
      visit(build, '/perfil', count, '-c12', '-H', `cookie: ${build.cookie}`)
    for (const build of both) await perfil(unmeasured)(build)
    const ofPerfil = { pt: 'GET /perfil com sessão, toda a cadeia', en: 'GET /perfil with a session, the whole chain' }
    const [ours, usual] = await compare('chain-perfil', ofPerfil, perfil(perfils))
    const text = backendShare(CHAIN_GOAL, ours, usual)
    if (text) publish({ kind: 'remark', id: 'chain-share', benchmark: 'chain', text })

    const body = join(folder, 'credentials.json')
    writeFileSync(body, CREDENTIALS)
    const login = (build: ChainBuild) =>
      visit(build, '/login', logins, '-c2', '-d', body, '-H', 'content-type: application/json')
    await compare('chain-login', { pt: 'POST /login, toda a cadeia', en: 'POST /login, the whole chain' }, login)

    const urls = ({ frontends }: ChainBuild) => frontends.map(({ address, port }) => `http://${address}:${port}/status`)
    const lines = await responseTimes(both, urls, effort)
    const title = { pt: 'GET /status, toda a cadeia', en: 'GET /status, the whole chain' }
    publish({ kind: 'curve', id: 'chain-latency', benchmark: 'chain', title, lines })
  } finally {
    await builds.close()
    rmSync(folder, { recursive: true })
  }
}

/** The same number of requests to each edge proxy, and the DNS queries that go with them; further columns: µs of CPU time of each part. */
async function measured(
  build: ChainBuild,
  path: string,
  count: number,
  queries: string,
  args: readonly string[],
): Promise<Sample> {
  const { frontends } = build
  const work = count * frontends.length
  const before = cpuOfParts(build)
  await Promise.all(frontends.map(({ address, port }) => send(`http://${address}:${port}${path}`, count, ...args)))
  await query(build, Math.ceil(work / REQUESTS_PER_QUERY), queries)
  const after = cpuOfParts(build)
  const micros = (part: string) => (1e6 * ((after[part] ?? 0) - (before[part] ?? 0))) / work
  return { work, extra: Object.fromEntries(Object.keys(after).map(part => [partColumn(part), micros(part)])) }
}

/** CPU seconds of each part so far. */
function cpuOfParts({ parts }: ChainBuild): Record<string, number> {
  const spent = (pids: readonly number[]) => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0)
  return Object.fromEntries(Object.entries(parts).map(([part, pids]) => [part, spent(pids)]))
}

async function query({ dns }: ChainBuild, count: number, file: string): Promise<void> {
  writeFileSync(file, `www.${LAB_ZONE} A\n`.repeat(count))
  const printed = await load('dnsperf', '-s', dns.address, '-p', String(dns.port), '-q', '20', '-n', '1', '-d', file)
  const [, completed] = /Queries completed:\s+(\d+)/.exec(printed) ?? []
  if (Number(completed) < count) throw new Error(`${dns.name} answered ${completed} of ${count} queries:\n${printed}`)
}
