/**
 * `npm run bench -- faults`: every component × every failure, and what clients lost; writes docs/what-is-lost.md.
 *
 *   npm run bench -- faults                          everything: about 20 minutes
 *   npm run bench -- faults --site=lab --host=redis  only these rows; the others stay as they were measured before
 *   npm run bench -- faults --seed=7 --rate=200
 *
 * Read beside: fault-rows.ts (the rows), fault-trials.ts (one site, inside), faults-document.ts (the text)
 * Touches the world: starts sites in network namespaces; writes the document, and the results in .lab/.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { installed } from '../peers/installed.ts'
import { whyNoFaults } from '../test/network/host-faults.ts'
import { INSIDE_NAMESPACE, namespaceCommand, whyNoNamespace } from '../test/testing/namespace.ts'
import { type FaultRow, HA_ROWS, hostsText, OUR_ROWS, PEER_ROWS } from './fault-rows.ts'
import { type FaultResult, type FaultSite, faultsDocument } from './faults-document.ts'

const RESULTS = '.lab/what-is-lost.json'
const DOCUMENT = 'docs/what-is-lost.md'
const SITES: readonly FaultSite[] = ['lab', 'ha', 'nginx', 'nginx-tuned']
const ROWS: Readonly<Record<FaultSite, readonly FaultRow[]>> = {
  lab: OUR_ROWS,
  ha: HA_ROWS,
  nginx: PEER_ROWS,
  'nginx-tuned': PEER_ROWS,
}
/** What `--ha` needs: lab/setup/packages.sh unpacks it. */
const GALERA = '.lab/programs/usr/bin/wsrep_sst_mariabackup'
const SECONDS = { before: 1.5, during: 6, after: 5 }
const PEOPLE = 20

/** @throws RangeError for an option that does not exist */
export async function bench(options: readonly string[] = []): Promise<void> {
  const { site, host, seed, rate } = parseOptions(options)
  const reason = whyNoNamespace() ?? whyNoFaults()
  if (reason !== undefined) return void process.stdout.write(`faults: ${reason}\n`)
  const settings = { ...SECONDS, people: PEOPLE, seed, rate }
  for (const one of SITES) {
    if (site !== undefined && site !== one) continue
    if (one === 'ha' && !existsSync(GALERA)) continue
    if (one.startsWith('nginx') && !(installed('named') && installed('nginx'))) continue
    const rows = ROWS[one].filter(row => host === undefined || row.hosts.includes(host))
    if (rows.length > 0) await runSite(one, rows, settings, result => save(result, settings))
  }
}

function parseOptions(options: readonly string[]) {
  const found: Record<string, string> = {}
  for (const option of options) {
    const [, name = '', value = ''] = /^--(site|host|seed|rate)=([\w.-]+)$/.exec(option) ?? []
    if (name === '') throw new RangeError(`npm run bench -- faults: no such option: ${option}`)
    found[name] = value
  }
  return { site: found.site, host: found.host, seed: Number(found.seed ?? 1), rate: Number(found.rate ?? 100) }
}

async function runSite(
  site: FaultSite,
  rows: readonly FaultRow[],
  settings: object,
  onResult: (result: FaultResult) => void,
) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-faults-'))
  const inside = [process.execPath, 'bench/fault-trials.ts', site, JSON.stringify(rows), JSON.stringify(settings)]
  const [program = '', ...args] = namespaceCommand(folder, inside, 'none')
  const child = spawn(program, args, {
    env: { ...process.env, [INSIDE_NAMESPACE]: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  createInterface(child.stdout).on('line', line => onResult({ site, ...JSON.parse(line) }))
  const [code] = await once(child, 'close')
  rmSync(folder, { recursive: true, force: true })
  if (code !== 0) throw new Error(`faults: the trials of ${site} ended with exit code ${code}`)
}

/** Keeps the results of earlier runs for the rows that are not measured now. */
function save(result: FaultResult, { seed, rate }: { seed: number; rate: number }): void {
  const before: FaultResult[] = existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : []
  const key = ({ site, row }: FaultResult) => JSON.stringify([site, row])
  const results = [...before.filter(one => key(one) !== key(result)), result].sort((a, b) => place(a) - place(b))
  mkdirSync('.lab', { recursive: true })
  writeFileSync(RESULTS, JSON.stringify(results))
  const machine = `${cpus().length} cores, ${cpus()[0]?.model.trim()}; load average ${loadavg()[0]?.toFixed(0)} at the end`
  const date = new Date().toISOString().slice(0, 10)
  writeFileSync(DOCUMENT, faultsDocument(results, { ...SECONDS, seed, rate, date, machine }))
  const { failedReads, failedWrites, lostWrites, lostSessions } = result.report
  process.stdout.write(
    `${result.site}: ${hostsText(result.row)}, ${result.row.kind}: ${failedReads} reads and ${failedWrites} writes failed, ${lostSessions} sessions and ${lostWrites} writes lost\n`,
  )
}

/** The order of fault-rows.ts, whatever was measured first. */
function place({ site, row }: FaultResult): number {
  const rows = ROWS[site]
  return SITES.indexOf(site) * 1000 + rows.findIndex(one => JSON.stringify(one) === JSON.stringify(row))
}
