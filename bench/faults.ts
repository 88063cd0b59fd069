/**
 * `npm run bench -- faults`: every component × every failure, and what clients lost; writes docs/what-is-lost.md.
 *
 *   npm run bench -- faults                          everything: about 25 minutes
 *   npm run bench -- faults --site=lab --host=redis  only these rows; the others stay as they were measured before
 *   npm run bench -- faults --seed=7 --rate=100
 *
 * Read beside: fault-rows.ts (the rows), fault-trials.ts (one site, inside), faults-document.ts (the text)
 * Touches the world: starts sites in network namespaces; writes docs/what-is-lost.json after each row, and the document that is made from it.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { installed } from '../peers/installed.ts'
import { whyNoFaults } from '../test/network/host-faults.ts'
import { INSIDE_NAMESPACE, namespaceCommand, whyNoNamespace } from '../test/testing/namespace.ts'
import { type FaultRow, HA_ROWS, hostsText, OUR_ROWS, PEER_ROWS } from './fault-rows.ts'
import { type FaultResult, type FaultSite, faultsDocument } from './faults-document.ts'

export const FIGURES = 'docs/what-is-lost.json'
export const DOCUMENT = 'docs/what-is-lost.md'
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
    const missing = whyNot(one)
    if (missing !== undefined) {
      process.stdout.write(`${one} is left out: ${missing}\n`)
      continue
    }
    const rows = ROWS[one].filter(row => host === undefined || row.hosts.includes(host))
    if (rows.length > 0) await runSite(one, rows, settings, result => save(result, settings))
  }
}

/** Why a site cannot be measured here; undefined when it can. */
function whyNot(site: FaultSite): string | undefined {
  if (site === 'ha' && !existsSync(GALERA)) return 'Galera is not unpacked (lab/setup/packages.sh)'
  if (site.startsWith('nginx') && !(installed('named') && installed('nginx'))) return 'BIND or nginx is not installed'
  return undefined
}

function parseOptions(options: readonly string[]) {
  const found: Record<string, string> = {}
  for (const option of options) {
    const [, name = '', value = ''] = /^--(site|host|seed|rate)=([\w.-]+)$/.exec(option) ?? []
    if (name === '') throw new RangeError(`npm run bench -- faults: no such option: ${option}`)
    found[name] = value
  }
  return { site: found.site, host: found.host, seed: Number(found.seed ?? 1), rate: Number(found.rate ?? 200) }
}

async function runSite(
  site: FaultSite,
  rows: readonly FaultRow[],
  settings: object,
  onResult: (result: Omit<FaultResult, 'run'>) => void,
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

export function publishedResults(): readonly FaultResult[] {
  return existsSync(FIGURES) ? JSON.parse(readFileSync(FIGURES, 'utf8')) : []
}

/** The results of earlier runs stay for the rows that are not measured now, with what is known about their run. */
function save(measured: Omit<FaultResult, 'run'>, { seed, rate }: { seed: number; rate: number }): void {
  const machine = `${cpus().length} cores, ${cpus()[0]?.model.trim()}`
  const date = new Date().toISOString().slice(0, 10)
  const run = { ...SECONDS, seed, rate, date, machine, loadAverage: Math.round(loadavg()[0] ?? 0) }
  const key = ({ site, row }: Omit<FaultResult, 'run'>) => JSON.stringify([site, row])
  const before = publishedResults().filter(one => key(one) !== key(measured) && place(one) >= 0)
  const results = [...before, { ...measured, run }].sort((one, other) => place(one) - place(other))
  writeFileSync(FIGURES, `[\n${results.map(one => JSON.stringify(one)).join(',\n')}\n]\n`)
  writeFileSync(DOCUMENT, faultsDocument(publishedResults()))
  const { failedReads, failedWrites, lostWrites, lostSessions } = measured.report
  process.stdout.write(
    `${measured.site}: ${hostsText(measured.row)}, ${measured.row.kind}: ${failedReads} reads and ${failedWrites} writes failed, ${lostSessions} sessions and ${lostWrites} writes lost\n`,
  )
}

/** The order of fault-rows.ts, whatever was measured first; negative for a row that is in no table any more. */
function place({ site, row }: Omit<FaultResult, 'run'>): number {
  const index = ROWS[site].findIndex(one => JSON.stringify(one) === JSON.stringify(row))
  return index < 0 ? index : SITES.indexOf(site) * 1000 + index
}
