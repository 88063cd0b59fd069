/**
 * The edge proxy: receives HTTP/1.1 from browsers, serves the page, and forwards the rest to the backend whose turn it is.
 *
 * Read beside: README.md (reading order), assemble.ts (its parts), docs/life-of-a-request.md
 * Shell: listens on ADDRESS, port 80 or 8080 (clients) and 9100 (admin), and at ALSO_LISTEN; connects to the backends; starts a thread for
 *   each further worker (WORKERS).
 */

import { openAdmin } from '#shared/admin.ts'
import { alsoListen } from '#shared/also-listen.ts'
import { systemClock } from '#shared/clock.ts'
import { Events } from '#shared/events.ts'
import { run } from '#shared/lifecycle.ts'
import { assembleEdge } from './assemble.ts'
import { readConfig } from './config.ts'
import { ClusterMembers } from './discovery/cluster-members.ts'
import { limitRoutes } from './limits/switch.ts'
import { FINISH_MS } from './timeouts.ts'
import { metricsOf } from './watch/metrics.ts'
import { statusOf } from './watch/status.ts'
import { switchesOf } from './watch/switches.ts'
import { EdgeWorkers } from './workers/workers.ts'

await run('edge-proxy', async life => {
  const { log, onStop } = life
  const config = readConfig(process.env)
  const { host } = config
  const clock = systemClock
  const events = new Events(host.name)
  const workers = config.workers > 1 ? new EdgeWorkers({ config, clock, events, log }) : undefined
  const parts = await assembleEdge(config, { clock, events, log, ...workers?.surroundings })
  const { edge, faults, limits, rows } = parts
  const members = rows.map(row => new ClusterMembers(row, { clock, events, log }))
  const own = {
    metrics: metricsOf(edge, limits),
    status: () => ({ ...statusOf(edge, limits), discovery: members[0]?.discoveryStatus ?? null, faults: faults.list }),
    routes: { ...faults.routes, ...switchesOf(edge), ...limitRoutes(limits) },
  }
  const admin = await openAdmin({ address: host.address, events, ...(workers?.adminOf(own) ?? own) })
  onStop(() => admin.close())
  await Promise.all(members.map(each => each.start()))
  await edge.listen(host.address, host.port)
  await alsoListen(config.also, life, (address, port) => edge.listen(address, port))
  await workers?.start(parts)
  onStop(async () => {
    faults.clear()
    await Promise.all([edge.drain(config.graceMs, FINISH_MS), workers?.drain()])
  })
  for (const each of members) onStop(() => each.stop())
  const backends = rows[0]?.cluster.backends.length
  log.info('listening', { address: `${host.address}:${host.port}`, backends })
})
