import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import t, { type Test } from 'tap'
import { ADMIN_PORT, hostNamed, networkMap, PUBLISHED_PORTS } from '#shared/network-map.ts'
import { loopbackPrefix } from '../test/testing/loopback.ts'
import { Spawned, unprivileged } from '../test/testing/spawned.ts'
import { assertFree, portsWeMayBind, publishable } from './ports.ts'

const map = networkMap(loopbackPrefix(), 'high')
const [, second, third] = map.prefix.split('.')
const [ns1, frontend1, mysql] = [hostNamed(map, 'ns1'), hostNamed(map, 'frontend1'), hostNamed(map, 'mysql')]

async function holdTcp(t: Test, address: string, port: number) {
  const server = createServer().listen(port, address)
  await once(server, 'listening')
  t.teardown(() => server.close())
}

t.test('assertFree() accepts a free map, and leaves it free', async t => {
  await t.resolves(assertFree(map.hosts))
  await t.resolves(assertFree(map.hosts))
})

t.test('assertFree() names the place that another program holds, and how to find it', async t => {
  await holdTcp(t, frontend1.address, frontend1.port)
  await t.rejects(assertFree(map.hosts), {
    name: 'PlaceTaken',
    message: `${frontend1.address}:8080 (frontend1, TCP): outro programa ou outro laboratório já está usando este endereço e porta (ss -lntup mostra qual); um segundo laboratório usa outros endereços · in use by another program or another lab (ss -lntup shows which); a second lab has other addresses: LAB_PREFIX=127.${Number(second) + 1}.${third} npm start`,
  })
})

t.test('assertFree() looks at the admin port of our programs, not of the databases', async t => {
  await holdTcp(t, mysql.address, ADMIN_PORT)
  await t.resolves(assertFree([mysql]))
  await holdTcp(t, frontend1.address, ADMIN_PORT)
  await t.rejects(assertFree([frontend1]), { message: `${frontend1.address}:9100 (frontend1, TCP): outro programa` })
})

t.test('assertFree() looks at UDP where there is DNS', async t => {
  const socket = createSocket('udp4').bind(ns1.port, ns1.address)
  await once(socket, 'listening')
  t.teardown(() => socket.close())
  await t.rejects(assertFree([ns1]), { message: `${ns1.address}:5300 (ns1, UDP): outro programa` })
})

t.test('assertFree() says when an address is not of this machine', async t => {
  // TEST-NET-1 (RFC 5737): no machine has these addresses.
  await t.rejects(assertFree([hostNamed(networkMap('192.0.2', 'high'), 'ns1')]), {
    message:
      /^192\.0\.2\.5:5300 \(ns1, TCP\): .* not an address of this machine: LAB_PREFIX begins with 127, .* docker compose up is the way$/,
  })
})

const lowIsForRoot = Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8')) > 53

const skip = lowIsForRoot ? false : 'this system lets every user bind low ports'
t.test('portsWeMayBind() is high where the system forbids low ports, low for root', { skip }, async t => {
  t.equal(await portsWeMayBind(map.prefix), process.getuid?.() === 0 ? 'low' : 'high')
  const source = `
    import { assertFree, portsWeMayBind } from './lab/ports.ts'
    import { networkMap } from '#shared/network-map.ts'
    console.log(await portsWeMayBind('${map.prefix}'))
    await assertFree(networkMap('${map.prefix}', 'low').hosts.filter(host => host.name === 'ns1')).catch(error => console.log(error.message))`
  const ordinary = new Spawned(t, unprivileged([process.execPath, '--input-type=module-typescript', '-e', source]))
  t.strictSame(await ordinary.ended, { code: 0, signal: null })
  t.equal(
    ordinary.output,
    `high\n${ns1.address}:53 (ns1, TCP): só root pode usar esta porta; use as portas altas · only root may use this port; use the high ones: LAB_PORTS=high npm start\n`,
  )
})

t.test('publishable() leaves out a port of 127.0.0.1 that is taken', async t => {
  const before = await publishable(map.hosts)
  for (const [name, place] of Object.entries(before)) t.match(place, `127.0.0.1:${PUBLISHED_PORTS[name]}`)
  const port = PUBLISHED_PORTS.frontend2 ?? 0
  if ('frontend2' in before) await holdTcp(t, '127.0.0.1', port)
  t.notOk('frontend2' in (await publishable(map.hosts)))
  t.strictSame(
    Object.keys(before).filter(name => !(name in PUBLISHED_PORTS)),
    [],
  )
})
