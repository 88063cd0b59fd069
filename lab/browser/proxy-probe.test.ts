/**
 * The probe against real proxies: that of a lab, that of another lab on the same machine, and one that is not of a lab.
 */
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import t, { type Test } from 'tap'
import { DestinationRefused } from '../../client/socks/dial.ts'
import type { Destination } from '../../client/socks/grammar.ts'
import { SocksServer } from '../../client/socks/server.ts'
import { loopbackPrefix } from '../../test/testing/loopback.ts'
import { isLabProxy } from './proxy-probe.ts'

const prefix = loopbackPrefix()
const address = `${prefix}.8`

/** A proxy that connects only where `allows` says so; every connection reaches a server that closes it at once. */
async function openProxy(t: Test, allows: (destination: Destination) => boolean): Promise<number> {
  const server = createServer(socket => socket.end())
  server.listen(0, address)
  await once(server, 'listening')
  const target = (server.address() as { port: number }).port
  const proxy = new SocksServer({
    dial: async destination => {
      if (!allows(destination)) throw new DestinationRefused(destination.host)
      const socket = connect(target, address)
      await once(socket, 'connect')
      return socket
    },
    onOutcome: () => {},
  })
  t.teardown(async () => {
    await proxy.close()
    await new Promise(closed => server.close(closed))
  })
  return proxy.listen(address, 0)
}

t.test('isLabProxy() accepts the proxy of this lab, and not that of another lab', async t => {
  const port = await openProxy(t, ({ kind, host }) => kind === 'name' || host.startsWith(`${prefix}.`))
  t.ok(await isLabProxy(address, port, prefix))
  t.notOk(await isLabProxy(address, port, '127.1.2'), 'the lab with this prefix has another proxy')
})

t.test('isLabProxy() does not accept a proxy that cannot resolve www, or a closed port', async t => {
  const port = await openProxy(t, ({ kind }) => kind !== 'name')
  t.notOk(await isLabProxy(address, port, prefix))
  t.notOk(await isLabProxy(address, 1, prefix))
})
