/**
 * Shell: a DNS server on the `dns2` library, as its README shows it, for comparison (`npm start -- --dns=dns2`).
 *
 * It serves the A records of the same zone file, rotated, and nothing that the library does not do. Faults of the library are
 * faults of this server: **one datagram from source port 0 ends the process** (the promise of `send` is rejected, and the
 * library does not handle that), and so does an answer larger than a UDP datagram.
 *
 * Read beside: dns-server/main.ts (the same work, from the RFCs)
 * Opens: UDP and TCP on its address.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import dns2 from 'dns2'
import { run } from '#shared/lifecycle.ts'
import { identity, text } from '#shared/settings.ts'

const { Packet } = dns2

await run('dns2', async ({ log, onStop }) => {
  const { host } = identity(process.env, 'dns', 'DNS')
  const addresses = readAddresses(text(process.env, 'ZONES', 'dns-server/zones'))
  const turns = new Map<string, number>()

  const server = dns2.createServer({
    udp: true,
    tcp: true,
    handle: (request, send) => {
      const response = Packet.createResponseFromRequest(request)
      const [question] = request.questions
      const name = question?.name.toLowerCase() ?? ''
      const rrset = addresses.get(name)
      response.header.aa = 1
      if (!rrset)
        response.header.rcode = 3 // NXDOMAIN
      else if (question?.type === Packet.TYPE.A) {
        const turn = turns.get(name) ?? 0
        turns.set(name, turn + 1)
        const { list, ttl } = rrset
        for (let i = 0; i < list.length; i++) {
          const address = list[(turn + i) % list.length] ?? ''
          response.answers.push(
            new Packet.Resource({ name, type: Packet.TYPE.A, class: Packet.CLASS.IN, ttl, address }),
          )
        }
      }
      send(response)
    },
  })
  await server.listen({
    udp: { port: host.port, address: host.address },
    tcp: { port: host.port, address: host.address },
  })
  onStop(() => server.close())
  log.info('listening', { address: host.address, port: host.port })
})

/** The A records of a zone file, by full name. Enough for the lab's own zone; the real parser is dns-server/zone. */
function readAddresses(folder: string): Map<string, { ttl: number; list: string[] }> {
  const rrsets = new Map<string, { ttl: number; list: string[] }>()
  for (const file of readdirSync(folder).filter(name => name.startsWith('db.') && !name.endsWith('.arpa'))) {
    const origin = file.slice('db.'.length)
    let owner = origin
    let ttlByDefault = 3600
    for (const line of readFileSync(join(folder, file), 'utf8').split('\n')) {
      ttlByDefault = Number(/^\$TTL\s+(\d+)/.exec(line)?.[1] ?? ttlByDefault)
      const [, name, ttl, address = ''] = /^([\w@-]*)\s+(?:(\d+)\s+)?(?:IN\s+)?A\s+([\d.]+)/.exec(line) ?? []
      if (name === undefined) continue
      if (name !== '') owner = name === '@' ? origin : `${name}.${origin}`
      const rrset = rrsets.get(owner) ?? { ttl: Number(ttl ?? ttlByDefault), list: [] }
      rrset.list.push(address)
      rrsets.set(owner, rrset)
    }
  }
  return rrsets
}
