/**
 * The DNS server. Shell: opens UDP and TCP on ADDRESS:53 (or 5300), and the admin endpoint on ADDRESS:9100.
 *
 * Read beside: README.md (reading order), answer/respond.ts (what happens to a query)
 */
import { randomBytes } from 'node:crypto'
import { Registry } from 'prom-client'
import { openAdmin } from '#shared/admin.ts'
import { systemClock } from '#shared/clock.ts'
import { Events } from '#shared/events.ts'
import { run } from '#shared/lifecycle.ts'
import packageJson from '../package.json' with { type: 'json' }
import { Orderer } from './answer/orderer.ts'
import { type Client, type Exchange, messagesOf, respond, type Service } from './answer/respond.ts'
import { readConfig } from './config.ts'
import { RateLimit } from './extensions/rate-limit.ts'
import { describeExchange } from './server/event.ts'
import { listenTcp } from './server/tcp.ts'
import { listenUdp } from './server/udp.ts'
import { notASecondary } from './transfer/notify.ts'
import { transfersFor } from './transfer/serve.ts'
import { formatName } from './wire/name-text.ts'
import { loadZones } from './zone/load.ts'

await run('dns-server', async ({ log, onStop }) => {
  const { host, serverName, ...config } = readConfig(process.env)
  const events = new Events(host.name)
  const zones = loadZones(config.zones, problem => log.warn(problem))
  const service: Service = {
    zones,
    orderer: new Orderer(),
    identity: {
      name: host.name,
      version: `${packageJson.name} ${packageJson.version}`,
      cookieSecret: randomBytes(16),
      now: () => Math.floor(systemClock.epoch() / 1000),
    },
    transfers: transfersFor(config.mayTransfer),
    notified: notASecondary,
    rateLimit: config.rateLimit > 0 ? new RateLimit(config.rateLimit, config.isExempt, systemClock) : undefined,
  }

  const exchange = (octets: Buffer, client: Client): Exchange => {
    const exchange = respond(octets, client, service)
    events.publish('dns.query', () => describeExchange(exchange))
    return exchange
  }

  const udp = await listenUdp(host.address, host.port, (...query) => exchange(...query).response, log)
  onStop(udp.close)
  const tcp = await listenTcp(host.address, host.port, (...query) => messagesOf(exchange(...query)), systemClock)
  onStop(tcp.close)
  const status = () => ({
    name: host.name,
    serverName,
    address: host.address,
    port: host.port,
    order: service.orderer.policy,
    zones: [...zones].map(({ origin, serial }) => ({ origin: formatName(origin), serial })),
  })
  const admin = await openAdmin({ address: host.address, events, metrics: new Registry(), status })
  onStop(admin.close)
  log.info('listening', { address: `${host.address}:${host.port}`, zones: [...zones].length })
})
