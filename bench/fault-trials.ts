/**
 * Shell: the trials of one site, inside a network namespace: `fault-trials.ts SITE ROWS SETTINGS` prints one line of JSON for each row.
 *
 * Read beside: faults.ts (which starts this), fault-rows.ts, test/network/trial.ts
 * Opens: the whole site, on the bridge of test/network/.
 */
import { COMPOSE_PREFIX, hostNamed, networkMap } from '#shared/network-map.ts'
import { seeded } from '../backend/testing/random.ts'
import { NGINX, NGINX_TUNED } from '../peers/edge-proxies.ts'
import { addAccounts } from '../test/network/accounts.ts'
import { LabOnBridge } from '../test/network/lab-on-bridge.ts'
import { allReady, redisMaster } from '../test/network/replicas.ts'
import { watchedTimes, watchesOf } from '../test/network/sightings.ts'
import { type TrialPlan, trial } from '../test/network/trial.ts'
import { rollingRestart, troubleOf } from '../test/network/troubles.ts'
import { Visitors } from '../test/network/visitors.ts'
import { Watchers } from '../test/network/watchers.ts'
import { until } from '../test/testing/until.ts'
import type { FaultRow } from './fault-rows.ts'

const [site = 'lab', rowsText = '[]', settingsText = '{}'] = process.argv.slice(2)
const rows: FaultRow[] = JSON.parse(rowsText)
const { seed, people, ...plan }: TrialPlan & { seed: number; people: number } = JSON.parse(settingsText)

const EDGES = { lab: undefined, ha: undefined, nginx: NGINX, 'nginx-tuned': NGINX_TUNED }
if (!Object.hasOwn(EDGES, site)) throw new RangeError(`no such site: ${site}`)
const edge = EDGES[site as keyof typeof EDGES]
const ha = site === 'ha'
const map = networkMap(COMPOSE_PREFIX, 'low', ha)

/** nginx leaves a backend out for a while after its failure, and a row must not begin with what the row before has left. */
const isWhole = (visitors: Visitors) =>
  visitors.arrive().then(
    () => true,
    () => false,
  )

/** In a lab with replicas, `redis` is the one that is the master now. */
const meant = (host: string) => (ha && host === 'redis' ? redisMaster() : host)

const lab = await LabOnBridge.start(edge ? { leftOut: ['socks', 'painel'], edge } : { leftOut: ['socks'], ha })
try {
  for (const [index, row] of rows.entries()) {
    const accounts = await addAccounts(hostNamed(map, 'mysql').address, `row${index}`, people)
    const visitors = new Visitors(map, accounts, seeded(seed))
    await until('the site works again after the failure before', () => isWhole(visitors))
    if (ha) await allReady()
    const hosts = await Promise.all(row.hosts.map(meant))
    const { kind } = row
    const trouble = kind === 'rolling restart' ? rollingRestart(lab, hosts) : troubleOf(lab, kind, hosts)
    // BIND, nginx and Express have no events, and each host of a rolling restart has its own beginning and end.
    const isWatched = edge === undefined && kind !== 'rolling restart'
    const watches = isWatched ? watchesOf(map, hosts, lab.names) : []
    const watchers = new Watchers(watches)
    const report = await trial(visitors, plan, trouble)
    watchers.end()
    visitors.leave()
    const { begin, end, ...counts } = report
    const times = watchedTimes(watches, watchers.sightings, begin, end)
    process.stdout.write(`${JSON.stringify({ row, report: { ...counts, ...times } })}\n`)
  }
} finally {
  await lab.end()
}
