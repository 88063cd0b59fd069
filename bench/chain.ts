/**
 * `npm run bench -- chain`: the whole chain beside BIND + nginx + Express, with the CPU time of all processes together.
 *
 * Three wrk, one for each edge proxy, send requests of a browser that is logged in; then dnsperf sends one DNS query for every ten of
 * these requests. All of it is one sample: a browser with a TTL of 5 s that sends two requests a second asks as often.
 *
 * Read beside: chain-builds.ts (the programs), measure.ts (how it is measured), docs/benchmarks.md (the published figures)
 * Touches the world: starts both builds, and the load on them.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installed } from '../peers/installed.ts'
import { type ChainBuild, ChainBuilds, CREDENTIALS, OURS } from './chain-builds.ts'
import { LAB_ZONE } from './dns-peers.ts'
import { type BenchRun, type Bilingual, perCpuSecond } from './figures.ts'
import { responseTimes, warmUp, wrk } from './http-load.ts'
import { alternate, load, type Sample } from './measure.ts'

const REQUESTS_PER_QUERY = 10
/** For each edge proxy. */
const WARM_UP_REQUESTS = 20_000
const REQUESTS: Bilingual = { pt: 'requisições', en: 'requests' }

/** @throws Error when the response of a build is not the expected one */
export async function bench({ effort, publish }: BenchRun): Promise<void> {
  const missing = ['wrk', 'h2load', 'dnsperf'].filter(program => !installed(program))
  if (missing.length > 0) return void process.stdout.write(`chain: not installed: ${missing.join(', ')}\n\n`)
  const folder = mkdtempSync(join(tmpdir(), 'bench-chain-load-'))
  const builds = new ChainBuilds()
  try {
    await builds.startDatabases()
    const both = [await builds.ours(), await builds.usual()].filter(build => build !== undefined)
    const warmUpRequests = effort.name === 'quick' ? WARM_UP_REQUESTS / 4 : WARM_UP_REQUESTS
    for (const { frontends, cookie } of both)
      for (const { address, port } of frontends)
        await warmUp(`http://${address}:${port}/perfil`, warmUpRequests, '-H', `cookie: ${cookie}`)
    const compare = async (id: string, title: Bilingual, measure: (build: ChainBuild) => Promise<Sample>) => {
      const rows = await alternate(both, effort.rounds, measure)
      publish({ kind: 'comparison', id, benchmark: 'chain', title, ours: OURS, ...perCpuSecond(REQUESTS, rows) })
    }
    const visit = async (build: ChainBuild, path: string, ...args: string[]): Promise<Sample> => {
      const urls = build.frontends.map(({ address, port }) => `http://${address}:${port}${path}`)
      const done = await Promise.all(urls.map(url => wrk(url, effort.seconds, ...args)))
      const work = done.reduce((sum, { requests }) => sum + requests, 0)
      await query(build, Math.ceil(work / REQUESTS_PER_QUERY), join(folder, 'queries'))
      return { work, extra: { 'p99 ms': Math.max(...done.map(({ p99Ms }) => p99Ms)) } }
    }
    const perfil = { pt: 'GET /perfil com sessão, toda a cadeia', en: 'GET /perfil with a session, the whole chain' }
    await compare('chain-perfil', perfil, build => visit(build, '/perfil', '-c12', '-H', `Cookie: ${build.cookie}`))
    const script = join(folder, 'login.lua')
    const body = `wrk.method = "POST"\nwrk.body = '${CREDENTIALS}'\nwrk.headers["Content-Type"] = "application/json"\n`
    writeFileSync(script, body)
    const login = { pt: 'POST /login, toda a cadeia', en: 'POST /login, the whole chain' }
    await compare('chain-login', login, build => visit(build, '/login', '-c2', '-s', script))
    const urls = ({ frontends }: ChainBuild) => frontends.map(({ address, port }) => `http://${address}:${port}/status`)
    const lines = await responseTimes(both, urls, effort)
    const title = { pt: 'GET /status, toda a cadeia', en: 'GET /status, the whole chain' }
    publish({ kind: 'curve', id: 'chain-latency', benchmark: 'chain', title, lines })
  } finally {
    await builds.close()
    rmSync(folder, { recursive: true })
  }
}

async function query({ dns }: ChainBuild, count: number, file: string): Promise<void> {
  writeFileSync(file, `www.${LAB_ZONE} A\n`.repeat(count))
  const printed = await load('dnsperf', '-s', dns.address, '-p', String(dns.port), '-q', '20', '-n', '1', '-d', file)
  const [, completed] = /Queries completed:\s+(\d+)/.exec(printed) ?? []
  if (Number(completed) < count) throw new Error(`${dns.name} answered ${completed} of ${count} queries:\n${printed}`)
}
