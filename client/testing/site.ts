/**
 * What a client needs for a test: a real DNS server with a zone, and HTTP servers on addresses of the test's own network.
 *
 * Read beside: dns-server/testing/, test/testing/loopback.ts
 * Touches the world: opens sockets on loopback addresses; closes them when the test ends.
 */
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'
import { serviceOf, zoneOf } from '../../dns-server/testing/ask.ts'
import { HOST, serve } from '../../dns-server/testing/sockets.ts'
import { loopbackPrefix } from '../../test/testing/loopback.ts'
import type { DnsServerAddress } from '../resolver/dns-exchange.ts'

export const ORIGIN = 'meutrabalho.com.br'

/** `site(20)` is the address that ends with .20, in the network of this test process. */
export const site = (octet: number): string => `${loopbackPrefix()}.${octet}`

/** A DNS server for {@link ORIGIN} with these records, and the SOA and NS that a zone needs. */
export async function openDns(t: Test, records: string): Promise<DnsServerAddress> {
  const apex = `$TTL 300\n@ IN SOA ns1 hostmaster 1 60 15 86400 30\n@ IN NS ns1\nns1 IN A ${site(5)}\n`
  const port = await serve(t, serviceOf(zoneOf(ORIGIN, `${apex}${records}`)))
  return { address: HOST, port }
}

/** HTTP servers on one port of several addresses; each answers through `listener`. @returns the port and the servers, by address */
export async function openSites(
  t: Test,
  octets: readonly number[],
  listener: (octet: number) => RequestListener,
): Promise<{ port: number; servers: Map<number, Server> }> {
  const servers = new Map<number, Server>()
  let port = 0
  for (const octet of octets) {
    const server = createServer(listener(octet))
    server.listen(port, site(octet))
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
    servers.set(octet, server)
    t.teardown(() => {
      server.closeAllConnections()
      return new Promise(closed => server.close(closed))
    })
  }
  return { port, servers }
}
