/**
 * The DNS server. Shell: opens UDP and TCP on ADDRESS:53 (or 5300) and at ALSO_LISTEN, and the admin endpoint on ADDRESS:9100; starts WORKERS − 1 threads.
 *
 * Read beside: README.md (reading order), server/handlers.ts and server/respond.ts (what happens to a query), server/deciders.ts (what plugs in)
 */
import { randomBytes } from 'node:crypto'
import { openAdmin } from '#shared/admin.ts'
import { alsoListen } from '#shared/also-listen.ts'
import { systemClock as clock } from '#shared/clock.ts'
import { Events } from '#shared/events.ts'
import { run } from '#shared/lifecycle.ts'
import { hostsOf } from '#shared/network-map.ts'
import packageJson from '../package.json' with { type: 'json' }
import { Orderer } from './answer/orderer.ts'
import { Compiled } from './compiled/compiled.ts'
import { readConfig } from './config.ts'
import { RateLimit } from './extensions/rate-limit.ts'
import { watchFrontends } from './health/frontends.ts'
import { decidersFor } from './server/deciders.ts'
import { DnsFaults } from './server/faults.ts'
import { registerGauges } from './server/gauges.ts'
import { handlersFor } from './server/handlers.ts'
import { DnsMetrics } from './server/metrics.ts'
import { isLimitedBy } from './server/remembered.ts'
import type { DnsService } from './server/respond.ts'
import { Sockets } from './server/sockets.ts'
import { announced, orderRoute, switchRoute } from './server/switches.ts'
import { zonesFromFiles } from './server/zones-from-files.ts'
import { zonesFromPrimary } from './server/zones-from-primary.ts'
import { formatName } from './wire/name-text.ts'
import { Workers } from './workers/workers.ts'

await run('dns-server', async life => {
  const { log, onStop } = life
  const config = readConfig(process.env)
  const { host, map, serverName, primary } = config
  const events = new Events(host.name)
  const metrics = new DnsMetrics()
  const workers = new Workers(config.workers - 1)
  const orderer = new Orderer(Math.random, clock, workers.newTurn)
  orderer.policy = config.order

  const { zones, notified, opened } =
    primary === undefined
      ? await zonesFromFiles(config, events, clock, life)
      : zonesFromPrimary({ ...config, primary }, events, clock, life)
  const isLimited = isLimitedBy(config)
  const deciders = decidersFor({
    zones,
    identity: { name: host.name, version: `${packageJson.name} ${packageJson.version}` },
    cookies: { secret: randomBytes(16), now: () => Math.floor(clock.epoch() / 1000) },
    mayTransfer: config.mayTransfer,
    notified,
    rateLimit: config.rateLimit > 0 ? new RateLimit(config.rateLimit, clock) : undefined,
    isLimited,
  })
  const service: DnsService = { zones, orderer, deciders }

  const queryLog = { enabled: config.queryLog }
  const compiled = new Compiled(zones, orderer, metrics.countUdp)
  const handlers = handlersFor(service, compiled, isLimited, { metrics, events, log, queryLog })
  const faults = new DnsFaults({ allowed: config.faultsAllowed, clock, events, log })

  // Workers answer from the table while nothing else decides about an answer. Each of these changes is published before it is seen.
  const publish = () => {
    const isOrdinary = handlers.fastPath().on && !faults.inForce && orderer.unusable === undefined
    workers.publish(isOrdinary ? compiled.table : undefined, orderer.policy)
  }
  zones.onChange = events.onWatch = compiled.onReady = publish
  faults.onChange(publish)
  const leaveOut = (unusable: Orderer['unusable']) => {
    orderer.unusable = unusable
    publish()
  }
  const frontends = watchFrontends(
    hostsOf(map, 'frontend'),
    config.health,
    config.checks,
    leaveOut,
    events,
    clock,
    life,
  )

  const sockets = new Sockets(faults.around(handlers), clock, log, config.workers > 1)
  faults.onChange(() => Promise.all([sockets.setOpen(!faults.refuses), workers.setOpen(!faults.refuses)]))
  onStop(() => sockets.close())
  await sockets.listen(host.address, host.port)
  onStop(() => workers.close())
  await workers.open(host.address, host.port, {
    received: (octets, sender) => sockets.receive(octets, sender),
    failed: error => {
      throw error
    },
  })
  for (const counters of workers.counters) metrics.include(counters)
  await alsoListen(config.also, life, (address, port) => sockets.listen(address, port))

  const connections = () => sockets.connections
  registerGauges(metrics.registry, { zones, frontends: frontends.report, connections })
  const switchRoutes = announced(log, events)
  const admin = await openAdmin({
    address: host.address,
    events,
    metrics: metrics.registry,
    status: () => ({
      name: host.name,
      serverName,
      address: host.address,
      port: host.port,
      role: primary === undefined ? 'primary' : 'secondary',
      zones: [...zones].map(({ origin, serial }) => ({ origin: formatName(origin), serial })),
      order: { policy: orderer.policy, weights: Object.fromEntries(orderer.weights) },
      health: { ...frontends.enabled, checks: config.checks, frontends: frontends.report() },
      querylog: queryLog,
      connections: connections(),
      answeredByThread: metrics.answeredByThread,
      compiled: compiled.size,
      fastPath: handlers.fastPath(),
      faults: faults.list,
    }),
    routes: {
      ...faults.routes,
      'POST /order': switchRoutes('order', orderRoute(orderer, publish)),
      'POST /health': switchRoutes('health', switchRoute(frontends.enabled, frontends.apply)),
      'POST /querylog': switchRoutes('querylog', switchRoute(queryLog, publish)),
    },
  })
  onStop(admin.close)
  log.info('listening', { name: host.name, address: `${host.address}:${host.port}`, zones: [...zones].length })
  await opened()
})
