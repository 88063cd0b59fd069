/**
 * The edge proxy: takes HTTP/1.1 from browsers, serves the page, and hands the rest to whichever backend is next.
 *
 * Read beside: README.md (reading order), docs/life-of-a-request.md
 * Shell: listens on ADDRESS, port 80 or 8080 (clients) and 9100 (admin); connects to the backends.
 */

import { fileURLToPath } from 'node:url'
import { openAdmin } from '#shared/admin.ts'
import { systemClock } from '#shared/clock.ts'
import { Events } from '#shared/events.ts'
import { run } from '#shared/lifecycle.ts'
import { prefixOf } from '#shared/network-map.ts'
import { DEFAULT_CHECK_TIMES } from './balance/check.ts'
import { readConfig } from './config.ts'
import { Discovery } from './discovery/discovery.ts'
import { Edge } from './edge.ts'
import { randomHex } from './forwarding/identity.ts'
import { RateLimits } from './limits/rate-limits.ts'
import { limitRoutes } from './limits/switch.ts'
import { loadFolder } from './static/load.ts'
import { DEFAULT_TIMEOUTS } from './timeouts.ts'
import { metricsOf } from './watch/metrics.ts'
import { statusOf } from './watch/status.ts'
import { switchesOf } from './watch/switches.ts'

const PUBLIC = fileURLToPath(new URL('./public/', import.meta.url))
/** What is under way may take this long after the grace time; lifecycle.ts ends the process after 15 s in any case. */
const FINISH_MS = 4_000

await run('edge-proxy', async ({ log, onStop }) => {
  const config = readConfig(process.env)
  const { host } = config
  const events = new Events(host.name)
  const edge = new Edge({
    name: host.name,
    serverName: config.serverName,
    localAddress: host.address,
    algorithm: config.algorithm,
    retryStatuses: config.retryStatuses,
    files: await loadFolder(PUBLIC),
    maxConnections: config.maxConnections,
    limits: new RateLimits(config.limits, config.edges, prefixOf(host.address)),
    timeouts: DEFAULT_TIMEOUTS,
    checks: DEFAULT_CHECK_TIMES,
    clock: systemClock,
    random: randomHex,
    events,
    log,
  })
  const setBackends = edge.setBackends.bind(edge)
  const discovery =
    config.discovery && new Discovery({ ...config.discovery, setBackends, clock: systemClock, events, log })
  const admin = await openAdmin({
    address: host.address,
    events,
    metrics: metricsOf(edge),
    status: () => ({ ...statusOf(edge), discovery: discovery?.status ?? null }),
    routes: { ...switchesOf(edge), ...limitRoutes(edge.limits) },
  })
  onStop(() => admin.close())
  await discovery?.start()
  // Without DNS, or until it speaks, the configuration says who is there.
  if (discovery === undefined || discovery.silent) await setBackends(config.backends)
  await edge.listen(host.address, host.port)
  onStop(() => edge.drain(config.graceMs, FINISH_MS))
  onStop(() => discovery?.stop())
  log.info('listening', { address: `${host.address}:${host.port}`, backends: edge.balancer.backends.length })
})
