/**
 * The DNS server. Shell: opens UDP and TCP on ADDRESS:53 (or 5300), and the admin endpoint on ADDRESS:9100.
 *
 * Read beside: README.md (reading order), answer/respond.ts (what happens to a query)
 */
import { randomBytes } from 'node:crypto'
import { openAdmin } from '#shared/admin.ts'
import { systemClock as clock } from '#shared/clock.ts'
import { Events } from '#shared/events.ts'
import { run } from '#shared/lifecycle.ts'
import { hostsOf } from '#shared/network-map.ts'
import packageJson from '../package.json' with { type: 'json' }
import { Orderer } from './answer/orderer.ts'
import { type Client, type Exchange, failure, messagesOf, respond, type Service } from './answer/respond.ts'
import { Compiled } from './compiled/compiled.ts'
import { readConfig } from './config.ts'
import { RateLimit } from './extensions/rate-limit.ts'
import { Checker } from './health/checker.ts'
import { unusablePositions } from './health/health.ts'
import { describeExchange } from './server/event.ts'
import { registerGauges } from './server/gauges.ts'
import { Metrics } from './server/metrics.ts'
import { becomePrimary } from './server/primary.ts'
import { logExchange } from './server/query-log.ts'
import { becomeSecondary } from './server/secondary.ts'
import { orderRoute, switchRoute } from './server/switches.ts'
import { listenTcp } from './server/tcp.ts'
import { listenUdp } from './server/udp.ts'
import { transfersFor } from './transfer/serve.ts'
import { formatName } from './wire/name-text.ts'

await run('dns-server', async life => {
  const { log, onStop } = life
  const config = readConfig(process.env)
  const { host, map, serverName, primary } = config
  const events = new Events(host.name)
  const metrics = new Metrics()
  const orderer = new Orderer()
  const queryLog = { enabled: config.queryLog }
  const health = { enabled: config.health }

  const { zones, notified, opened } =
    primary === undefined
      ? await becomePrimary(config, events, clock, life)
      : becomeSecondary({ ...config, primary }, events, clock, life)
  const service: Service = {
    zones,
    orderer,
    identity: {
      name: host.name,
      version: `${packageJson.name} ${packageJson.version}`,
      cookieSecret: randomBytes(16),
      now: () => Math.floor(clock.epoch() / 1000),
    },
    transfers: transfersFor(config.mayTransfer),
    notified,
    rateLimit: config.rateLimit > 0 ? new RateLimit(config.rateLimit, config.isExempt, clock) : undefined,
  }

  const checker = new Checker(hostsOf(map, 'frontend'), clock, ({ host, healthy, why }) => {
    log.info(healthy ? 'frontend is up' : 'frontend is down', { name: host.name, address: host.address, why })
    events.publish('dns.health', () => ({ name: host.name, address: host.address, healthy, why }))
    applyHealth()
  })
  const applyHealth = () => {
    const matters = health.enabled && checker.anyDown
    orderer.unusable = matters ? rrset => unusablePositions(rrset, checker.isDown) : undefined
  }
  checker.start()
  onStop(() => checker.stop())

  /** One query that shows an error of ours must not end the service for all others. */
  const respondOrFail = (octets: Buffer, client: Client): Exchange => {
    try {
      return respond(octets, client, service)
    } catch (error) {
      log.error('a query could not be answered', { query: octets.toString('hex'), stack: (error as Error).stack })
      return failure(octets, client, error)
    }
  }
  const exchange = (octets: Buffer, client: Client): Exchange => {
    const begun = performance.now()
    const exchange = respondOrFail(octets, client)
    metrics.count(exchange)
    metrics.countLatency((performance.now() - begun) / 1000)
    if (queryLog.enabled) logExchange(log, exchange)
    events.publish('dns.query', () => describeExchange(exchange))
    return exchange
  }

  /** What nobody watches may be answered from the table, without being taken apart (compiled/). */
  const compiled = new Compiled(zones, orderer, metrics.countUdp)
  const isOrdinary = ({ address }: Client) =>
    !queryLog.enabled && !events.watched && service.rateLimit?.exempts(address) !== false
  const exchangeDatagram = (octets: Buffer, client: Client): Buffer | undefined => {
    if (!isOrdinary(client)) return exchange(octets, client).response
    const begun = metrics.isTimed() ? performance.now() : undefined
    const answer = compiled.answer(octets)
    if (!answer) return exchange(octets, client).response
    if (begun !== undefined) metrics.countSample((performance.now() - begun) / 1000)
    return answer
  }

  const udp = await listenUdp(host.address, host.port, exchangeDatagram, log)
  onStop(udp.close)
  const tcp = await listenTcp(host.address, host.port, (...query) => messagesOf(exchange(...query)), clock, log)
  onStop(tcp.close)

  const connections = () => tcp.connections.size
  registerGauges(metrics.registry, { zones, frontends: () => checker.report(), connections })
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
      health: { ...health, frontends: checker.report() },
      querylog: queryLog,
      connections: connections(),
      compiled: compiled.size,
    }),
    routes: {
      'POST /order': orderRoute(orderer),
      'POST /health': switchRoute(health, applyHealth),
      'POST /querylog': switchRoute(queryLog),
    },
  })
  onStop(admin.close)
  log.info('listening', { name: host.name, address: `${host.address}:${host.port}`, zones: [...zones].length })
  await opened()
})
