/**
 * Backends from DNS, with the lab's own DNS server as a process of its own, on a zone that the tests edit.
 *
 * Read beside: discovery.ts, dns-server/zones/
 * Touches the world: spawns DNS servers and an edge on a loopback network of this test's own.
 */
import type { ServerResponse } from 'node:http'
import { Writable } from 'node:stream'
import t, { type Test } from 'tap'
import { request } from 'undici'
import { FakeClock } from '#shared/clock.ts'
import { Events } from '#shared/events.ts'
import { createLog } from '#shared/log.ts'
import { Spawned } from '../../test/testing/spawned.ts'
import { until } from '../../test/testing/until.ts'
import type { BackendAddress } from '../balance/backend.ts'
import { openEdge } from '../testing/edge.ts'
import { BACKENDS_NAME, BACKENDS_PORT, backendAt, DNS_SERVER, EditedZone, PREFIX } from '../testing/zone.ts'
import { Discovery } from './discovery.ts'

function discover(
  t: Test,
  setBackends: (backends: readonly BackendAddress[]) => Promise<void>,
  servers = [DNS_SERVER],
  name = BACKENDS_NAME,
) {
  const clock = new FakeClock()
  let logged = ''
  const sink = new Writable({
    write(piece, _, done) {
      logged += piece
      done()
    },
  })
  const log = createLog('edge', sink)
  const events = new Events('edge')
  const discovery = new Discovery({
    name,
    port: BACKENDS_PORT,
    servers,
    setBackends,
    clock,
    events,
    log,
  })
  t.teardown(() => discovery.stop())
  return { discovery, clock, logged: () => logged }
}

/** The backends in the list now, and how often it was set. */
function recorder() {
  const lists: string[] = []
  const setBackends = async (backends: readonly BackendAddress[]) => {
    lists.push(backends.map(({ name, address }) => `${name}=${address.slice(PREFIX.length)}`).join(' '))
  }
  return { lists, setBackends }
}

const THREE = 'backend1=.10 backend2=.11 backend3=.12'

t.test('Discovery takes names from the reverse zone, and queries again after the TTL', async t => {
  const zone = new EditedZone(t)
  await zone.serve()
  const { lists, setBackends } = recorder()
  const { discovery, clock } = discover(t, setBackends)
  await discovery.start()
  t.strictSame(lists, [THREE])

  zone.add(13)
  // The server needs a moment to read the file, and the timer for the next query is set after the last one.
  await until('a list with backend4', () => {
    clock.advance(1000)
    return lists.length === 2
  })
  t.equal(lists[1], `${THREE} backend4=.13`)

  zone.remove(10)
  await until('a list without backend1', () => {
    clock.advance(1000)
    return lists.length === 3
  })
  t.equal(lists[2], 'backend2=.11 backend3=.12 backend4=.13')
})

t.test('Discovery keeps the present backends while DNS does not answer', async t => {
  const zone = new EditedZone(t)
  await zone.serve()
  const { lists, setBackends } = recorder()
  const { discovery, clock, logged } = discover(t, setBackends)
  await discovery.start()
  await zone.kill()
  await until('the edge notices', () => {
    clock.advance(1000)
    return logged().includes('no answer from DNS; the backends stay as they are')
  })
  t.strictSame(lists, [THREE])
  t.match(discovery.status, { name: BACKENDS_NAME, trouble: /ECONNREFUSED|ETIMEOUT/ })

  await zone.serve()
  await until('the server answers again', () => {
    clock.advance(2000)
    return logged().includes('DNS answers again')
  })
  t.strictSame(lists, [THREE], 'no change, so the list is not set again')
  t.match(discovery.status, { trouble: null })
})

t.test('Discovery logs a warning for an address without a name, which will not get traffic', async t => {
  const zone = new EditedZone(t)
  await zone.serve()
  zone.add(99)
  const { lists, setBackends } = recorder()
  const { discovery, clock, logged } = discover(t, setBackends)
  await discovery.start()
  await until('the new record is seen', () => {
    clock.advance(1000)
    return lists.at(-1) === `${THREE} ${PREFIX}.99:3000=.99`
  })
  t.match(logged(), new RegExp(`no PTR record of its own.* address=${PREFIX}.99\\n`))
})

t.test('Discovery treats REFUSED as no answer: the server does not have the zone', async t => {
  const zone = new EditedZone(t)
  await zone.serve()
  const { lists, setBackends } = recorder()
  const { discovery, logged } = discover(t, setBackends, [DNS_SERVER], 'backends.example.org')
  await discovery.start()
  t.strictSame(lists, [])
  t.match(logged(), /no answer from DNS.*EREFUSED/)
})

t.test('Discovery queries the other server when one is off', async t => {
  const zone = new EditedZone(t)
  await zone.serve()
  const { lists, setBackends } = recorder()
  const { discovery, logged } = discover(t, setBackends, [`${PREFIX}.6:5300`, DNS_SERVER])
  await discovery.start()
  t.strictSame(lists, [THREE])
  t.notMatch(logged(), /silent/)
})

t.test('Discovery removes all backends when DNS says that there are none', async t => {
  const zone = new EditedZone(t)
  await zone.serve()
  const { lists, setBackends } = recorder()
  const { discovery, clock } = discover(t, setBackends)
  await discovery.start()
  zone.remove(10, 11, 12)
  await until('an empty list', () => {
    clock.advance(1000)
    return lists.length === 2
  })
  t.equal(lists[1], '')
})

t.test('an edge loses no request while backends are added and removed in the zone', async t => {
  const zone = new EditedZone(t)
  await zone.serve()
  const late: ServerResponse[] = []
  const begun = Promise.withResolvers<void>()
  await backendAt(t, 10, (message, response) => {
    if (message.url !== '/slow') return void response.end('backend1')
    late.push(response)
    begun.resolve()
  })
  await Promise.all([11, 12, 13].map(octet => backendAt(t, octet)))
  const { port, cluster } = await openEdge(t, [])
  const { discovery, clock } = discover(t, backends => cluster.setBackends(backends))
  await discovery.start()

  const ask = async (path: string, method: 'GET' | 'POST' = 'GET') => {
    const { statusCode, headers, body } = await request(`http://127.0.0.1:${port}${path}`, { method })
    return { status: statusCode, backend: String(headers['x-served-by']).split(', ')[1], text: await body.text() }
  }
  const seen = new Map<string, number>()
  const failures: number[] = []
  let asking = true
  const load = (async () => {
    while (asking) {
      const { status, backend = 'none' } = await ask('/')
      if (status !== 200) failures.push(status)
      seen.set(backend, (seen.get(backend) ?? 0) + 1)
    }
  })()

  // backend1 answers these late. As GET, they would be repeated at another backend after a while.
  const slow = Array.from({ length: 9 }, () => ask('/slow', 'POST'))
  await begun.promise
  zone.add(13)
  zone.remove(10)
  await until('backend4 gets traffic', () => {
    clock.advance(1000)
    return seen.has('backend4')
  })
  seen.clear()
  await until('many more requests', () => [...seen.values()].reduce((sum, count) => sum + count, 0) >= 90)
  asking = false
  await load
  t.strictSame([...seen.keys()].sort(), ['backend2', 'backend3', 'backend4'], 'backend1 gets no new requests')
  t.strictSame(failures, [])
  for (const response of late) response.end('finished')
  const finished = (await Promise.all(slow)).filter(({ backend }) => backend === 'backend1')
  t.equal(finished.length, late.length)
  for (const answer of finished) t.match(answer, { status: 200, text: 'finished' })
})

t.test('an edge that starts before DNS uses the map until DNS answers, and never queries www', async t => {
  const zone = new EditedZone(t)
  await Promise.all([10, 11, 12].map(octet => backendAt(t, octet)))
  const env = { ADDRESS: `${PREFIX}.20`, LAB_PORTS: 'high', BACKENDS: `dns:${BACKENDS_NAME}` }
  const edge = new Spawned(t, [process.execPath, 'edge-proxy/main.ts'], { env })
  await edge.says(/no answer from DNS/)
  await edge.says(/ listening .*backends=3/)
  const page = await request(`http://${PREFIX}.20:8080/status`)
  t.equal(page.statusCode, 200)
  await page.body.dump()

  await zone.serve()
  const { body: events } = await request(`http://${PREFIX}.5:9100/events`)
  let asked = ''
  events.on('error', () => {})
  events.setEncoding('utf8').on('data', piece => {
    asked += piece
  })
  await edge.says(/backends from DNS .*backend3/)
  await until('a backend answers', async () => {
    const { statusCode, body } = await request(`http://${PREFIX}.20:8080/x`)
    await body.dump()
    return statusCode === 200
  })
  await until('the edge has asked twice', () => asked.split(BACKENDS_NAME).length > 4)
  t.notMatch(asked, /www/)
  events.destroy()
})
