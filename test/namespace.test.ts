/**
 * The network that tests make for themselves: the map's addresses, its DNS server as resolver, and nothing else.
 */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { hostNamed } from '#shared/network-map.ts'
import { inNamespace, NAMESPACE_MAP, plugIn, unplug } from './testing/namespace.ts'

await inNamespace(t, import.meta.filename, () => {
  t.test('inNamespace() gives the addresses of the map on ports below 1024, and no way out', async t => {
    const own = Object.values(networkInterfaces()).flatMap(list => (list ?? []).map(({ address }) => address))
    for (const { address } of NAMESPACE_MAP.hosts) t.ok(own.includes(address), address)
    t.strictSame(Object.keys(networkInterfaces()), ['lo'])
    t.equal(readFileSync('/etc/resolv.conf', 'utf8'), 'nameserver 172.20.0.5\n')
    t.equal(await knock('192.0.2.1', 80), 'ENETUNREACH')
  })

  t.test('unplug() makes a machine silent; without a process it refuses', async t => {
    const { address } = hostNamed(NAMESPACE_MAP, 'frontend2')
    t.equal(await knock(address, 80), 'ECONNREFUSED')
    const server = createServer().listen(80, address)
    await once(server, 'listening')
    t.equal(await knock(address, 80), 'connected')
    unplug(address)
    t.equal(await knock(address, 80), 'silence')
    plugIn(address)
    t.equal(await knock(address, 80), 'connected')
    server.close()
  })
})

/** What a client that connects sees within a moment. */
async function knock(host: string, port: number): Promise<string> {
  const socket = connect({ host, port })
  const answer = once(socket, 'connect').then(
    () => 'connected',
    (error: NodeJS.ErrnoException) => error.code ?? error.message,
  )
  // On a busy machine the time may be over before this process has looked at its sockets: it looks once more.
  const silence = pause(300).then(() => turn('silence'))
  const word = await Promise.race([answer, silence])
  socket.destroy()
  return word
}
