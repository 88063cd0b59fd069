/**
 * The edge proxy: receives HTTP/1.1 from browsers, serves the page, and forwards the rest to the backend whose turn it is.
 *
 * Read beside: README.md (reading order), docs/life-of-a-request.md
 * Shell: listens on ADDRESS, port 80 or 8080 (clients) and 9100 (admin), and at ALSO_LISTEN; connects to the backends.
 */

import { openAdmin } from '#shared/admin.ts'
import { alsoListen } from '#shared/also-listen.ts'
import { systemClock } from '#shared/clock.ts'
import { Events } from '#shared/events.ts'
import { run } from '#shared/lifecycle.ts'
import { prefixOf } from '#shared/network-map.ts'
import { answerersOf } from './answerers.ts'
import { readConfig } from './config.ts'
import { ClusterMembers } from './discovery/cluster-members.ts'
import { EdgeFaults } from './downstream/faults.ts'
import { readIntoKeptMemory } from './downstream/read-memory.ts'
import { Edge } from './edge.ts'
import { randomHex } from './forwarding/identity.ts'
import { Gateway } from './gateway/gateway.ts'
import { RateLimits } from './limits/rate-limits.ts'
import { limitRoutes } from './limits/switch.ts'
import { errorPages } from './pages/error-page.ts'
import { loadSites } from './static/sites.ts'
import { DEFAULT_TIMEOUTS } from './timeouts.ts'
import { Cluster } from './upstream/cluster.ts'
import { metricsOf } from './watch/metrics.ts'
import { statusOf } from './watch/status.ts'
import { switchesOf } from './watch/switches.ts'

/** Milliseconds for open exchanges after the grace time; lifecycle.ts ends the process after 15 s in any case. */
const FINISH_MS = 4_000

await run('edge-proxy', async life => {
  const { log, onStop } = life
  const config = readConfig(process.env)
  const { host } = config
  const clock = systemClock
  const events = new Events(host.name)
  const limits = new RateLimits(config.limits, config.edges, prefixOf(host.address))
  const common = {
    algorithm: config.algorithm,
    retryStatuses: config.retryStatuses,
    localAddress: host.address,
    upstreamIdle: DEFAULT_TIMEOUTS.upstreamIdle,
    checks: config.checks,
    clock,
    events,
    log,
  }
  const www = { ...config, cluster: new Cluster({ ...common, name: 'www' }) }
  const applications = config.applications.map(row => ({ ...row, cluster: new Cluster({ ...common, ...row }) }))
  const faults = new EdgeFaults({ allowed: config.faultsAllowed, clock, events, log })
  const edge = new Edge({
    name: host.name,
    serverName: config.serverName,
    gateway: new Gateway(
      www.cluster,
      applications.map(row => ({ ...row, destination: row.cluster })),
    ),
    answerers: answerersOf({ limits, files: await loadSites(config.applications.map(row => row.application)), clock }),
    presentError: errorPages(host.address),
    faults,
    readSocket: readIntoKeptMemory,
    maxConnections: config.maxConnections,
    timeouts: DEFAULT_TIMEOUTS,
    clock,
    random: randomHex,
    events,
    log,
  })
  faults.closePortsOf(edge)
  const members = [www, ...applications].map(row => new ClusterMembers(row, { clock, events, log }))
  const admin = await openAdmin({
    address: host.address,
    events,
    metrics: metricsOf(edge, limits),
    status: () => ({ ...statusOf(edge, limits), discovery: members[0]?.discoveryStatus ?? null, faults: faults.list }),
    routes: { ...faults.routes, ...switchesOf(edge), ...limitRoutes(limits) },
  })
  onStop(() => admin.close())
  await Promise.all(members.map(each => each.start()))
  await edge.listen(host.address, host.port)
  await alsoListen(config.also, life, (address, port) => edge.listen(address, port))
  onStop(async () => {
    faults.clear()
    await edge.drain(config.graceMs, FINISH_MS)
  })
  for (const each of members) onStop(() => each.stop())
  log.info('listening', { address: `${host.address}:${host.port}`, backends: www.cluster.backends.length })
})
