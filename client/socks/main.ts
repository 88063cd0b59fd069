/**
 * The SOCKS5 proxy: `ADDRESS=127.20.0.8 node client/socks/main.ts`. A browser that uses it joins the lab's network, by name.
 *
 * Read beside: config.ts (what can be set), server.ts, session.ts (one client), README.md
 * Shell: opens TCP ports 1080 (SOCKS) and 9100 (admin) at its address, and 1080 at a second one; sends DNS queries and connects.
 */
import { Counter, Gauge, Registry } from 'prom-client'
import { openAdmin } from '#shared/admin.ts'
import { alsoListen } from '#shared/also-listen.ts'
import { systemClock } from '#shared/clock.ts'
import { Events } from '#shared/events.ts'
import { run } from '#shared/lifecycle.ts'
import { createLog } from '#shared/log.ts'
import { hostsOf } from '#shared/network-map.ts'
import { lookupEvent } from '../client-events.ts'
import { StubResolver } from '../resolver/stub-resolver.ts'
import { readConfig } from './config.ts'
import { dial } from './dial.ts'
import { SocksServer } from './server.ts'
import type { SocksOutcome } from './session.ts'

declare module '#shared/event-kinds.ts' {
  interface EventKinds {
    /** A client was connected, or refused: `reply` is the name of the code of RFC 1928 §6. */
    'socks.request': SocksOutcome
  }
}

await run('socks', async life => {
  const { onStop } = life
  const { host, map, serverName, also, open } = readConfig(process.env)
  const log = createLog(host.name)
  const events = new Events(host.name)
  const registry = new Registry()
  const requests = new Counter({
    name: 'socks_requests_total',
    help: 'Requests by reply (RFC 1928 §6)',
    labelNames: ['reply'],
    registers: [registry],
  })

  const resolver = new StubResolver({
    servers: hostsOf(map, 'dns'),
    // Without a cache, each connection shows the rotation.
    cache: 'none',
    clock: systemClock,
    observe: (lookup, exchange) => events.publish('client.lookup', () => lookupEvent(lookup, exchange)),
  })
  const server = new SocksServer({
    dial: (destination, signal) => dial(destination, { map, open }, resolver, signal),
    onOutcome: outcome => {
      const { destination, reply = 'none', why } = outcome
      requests.inc({ reply })
      if (destination && reply !== 'succeeded') log.info('refused', { ...destination, reply, why })
      events.publish('socks.request', () => outcome)
    },
  })
  onStop(() => server.close())
  new Gauge({
    name: 'socks_connections',
    help: 'Connections now',
    registers: [registry],
    collect() {
      this.set(server.connections)
    },
  })

  await server.listen(host.address, host.port)
  const second = await alsoListen(also, life, (address, port) => server.listen(address, port))
  const places = [`${host.address}:${host.port}`, ...second]
  const admin = await openAdmin({
    address: host.address,
    events,
    metrics: registry,
    status: () => ({
      name: host.name,
      serverName,
      listening: places,
      open,
      connections: server.connections,
      refusedConnections: server.refused,
    }),
  })
  onStop(() => admin.close())
  log.info('listening', { places: places.join(' '), open })
})
