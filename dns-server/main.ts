/**
 * The DNS server. Shell: opens UDP and TCP on ADDRESS:53 (or 5300), and the admin endpoint on ADDRESS:9100.
 *
 * Read beside: README.md (reading order), answer/respond.ts (what happens to a query)
 */
import { Registry } from 'prom-client'
import { openAdmin } from '#shared/admin.ts'
import { systemClock } from '#shared/clock.ts'
import { Events } from '#shared/events.ts'
import { run } from '#shared/lifecycle.ts'
import { Orderer } from './answer/orderer.ts'
import { type Client, respond } from './answer/respond.ts'
import { readConfig } from './config.ts'
import { describeExchange } from './server/event.ts'
import { listenTcp } from './server/tcp.ts'
import { listenUdp } from './server/udp.ts'
import { formatName } from './wire/name-text.ts'
import { loadZones } from './zone/load.ts'

await run('dns-server', async ({ log, onStop }) => {
  const { host, zones: folder, serverName } = readConfig(process.env)
  const events = new Events(host.name)
  const zones = loadZones(folder, problem => log.warn(problem))
  const service = { zones, orderer: new Orderer() }

  const handle = (octets: Buffer, client: Client): Buffer | undefined => {
    const exchange = respond(octets, client, service)
    events.publish('dns.query', () => describeExchange(exchange))
    return exchange.response
  }

  const udp = await listenUdp(host.address, host.port, handle, log)
  onStop(udp.close)
  const tcp = await listenTcp(host.address, host.port, handle, systemClock)
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
