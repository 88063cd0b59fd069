import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { FakeClock } from '#shared/clock.ts'
import { type Host, hostNamed, networkMap } from '#shared/network-map.ts'
import { loopbackPrefix } from '../../test/testing/loopback.ts'
import { serviceOf, zoneOf } from '../testing/ask.ts'
import { Checker, type Transition } from './checker.ts'
import { unusablePositions } from './health.ts'

t.test(
  'unusablePositions() leaves out addresses that are down, but none when fewer than half are up (fail open)',
  async t => {
    const zone = zoneOf(
      'test.',
      `$TTL 5
@ SOA ns host 1 2 3 4 30
@ NS ns.x.
www A 192.0.2.20
www A 192.0.2.21
www A 192.0.2.22
two A 192.0.2.20
two A 192.0.2.21
@ MX 10 www
`,
    )
    const leftOut = (name: string, ...down: string[]) => {
      const rrset = zone.apex.children.get(name)?.rrsets.get(1)
      if (!rrset) throw new Error(name)
      const unusable = unusablePositions(rrset, address => down.includes(address.slice(-2)))
      return unusable && [...unusable.positions].join(' ')
    }
    t.equal(leftOut('www'), undefined, 'all are up: no explanation')
    t.equal(leftOut('www', '21'), '1')
    t.equal(leftOut('www', '20', '21'), '', 'one of three is fewer than half: all are sent')
    t.equal(leftOut('www', '20', '21', '22'), '')
    t.equal(leftOut('two', '20'), '0', 'one of two is half')
    t.equal(leftOut('two', '20', '21'), '')
    t.equal(
      unusablePositions(zone.apex.rrsets.get(15) as never, () => true),
      undefined,
      'MX records have no health',
    )
  },
)

t.test('with two of three frontends the round robin stays strict', async t => {
  const zone = zoneOf(
    'test.',
    '$TTL 5\n@ SOA ns host 1 2 3 4 30\n@ NS ns.x.\nwww A 192.0.2.20\nwww A 192.0.2.21\nwww A 192.0.2.22\n',
  )
  const { orderer } = serviceOf(zone)
  const rrset = zone.apex.children.get('www')?.rrsets.get(1)
  if (!rrset) throw new Error('no www')
  orderer.unusable = rrset => unusablePositions(rrset, address => address === '192.0.2.21')
  const decisions = Array.from({ length: 4 }, () => orderer.decide(rrset, 0))
  t.strictSame(
    decisions.map(({ order }) => order.join(' ')),
    ['0 2', '2 0', '0 2', '2 0'],
  )
  t.match(decisions[0], { why: 'turn 0 of 3', unusable: '192.0.2.21 is down: left out' })
})

/** An address of this test alone: no other program opens the port while it is closed here. */
const FRONTEND = hostNamed(networkMap(loopbackPrefix()), 'frontend1')
const ADDRESS = FRONTEND.address

t.test('Checker notices that a frontend stops and starts again, on real sockets', async t => {
  let status = 200
  let asked = 0
  const paths = new Set<string | undefined>()
  const open = async (port = 0): Promise<Server> => {
    const server = createServer((request, response) => {
      asked++
      paths.add(request.url)
      response.writeHead(status).end('frontend1')
    })
    server.listen(port, ADDRESS)
    await once(server, 'listening')
    return server
  }
  let server = await open()
  const { port } = server.address() as AddressInfo
  const host: Host = { ...FRONTEND, port }
  const clock = new FakeClock()
  const transitions: Transition[] = []
  const checker = new Checker([host], clock, transition => transitions.push(transition))
  t.teardown(async () => {
    await checker.stop()
    server.close()
  })

  /** Runs one check and waits for its outcome; then the next one is scheduled. */
  const oneCheck = async () => {
    const before = checker.checks
    clock.advance(1_000)
    while (checker.checks === before) await new Promise(resolve => setImmediate(resolve))
  }
  checker.start()
  while (checker.checks === 0) await new Promise(resolve => setImmediate(resolve))
  t.notOk(checker.isDown(ADDRESS))
  status = 503
  await oneCheck()
  t.notOk(checker.isDown(ADDRESS), 'one 503 is not enough')
  await oneCheck()
  t.ok(checker.isDown(ADDRESS), 'two 503s in a row: down')
  t.match(transitions, [{ healthy: false, why: '/healthz says 503' }])
  status = 200
  await oneCheck()
  await oneCheck()
  t.notOk(checker.isDown(ADDRESS))
  server.closeAllConnections()
  await new Promise(closed => server.close(closed))
  await oneCheck()
  await oneCheck()
  t.ok(checker.anyDown, 'the frontend is off')
  t.match(transitions[2]?.why, /ECONNREFUSED/)
  server = await open(port)
  await oneCheck()
  await oneCheck()
  t.notOk(checker.anyDown)
  t.match(checker.report(), [{ name: 'frontend1', healthy: true }])
  t.strictSame([...paths], ['/healthz'])
  t.ok(asked >= 7)
})

/**
 * The attack: a frontend that hangs in the middle of its response, or sends one octet now and then. A time-out that restarts with
 * each octet never ends, and such a frontend would still get visitors.
 */
t.test('Checker limits the whole response to a second, not each octet of it', async t => {
  let complete = true
  const begun: (() => void)[] = []
  const server = createServer((_, response) => {
    response.writeHead(200).write('f')
    if (complete) response.end()
    begun.shift()?.()
  })
  server.listen(0, ADDRESS)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const clock = new FakeClock()
  const host: Host = { ...FRONTEND, port }
  const transitions: Transition[] = []
  const checker = new Checker([host], clock, transition => transitions.push(transition))
  t.teardown(async () => {
    await checker.stop()
    server.closeAllConnections()
    server.close()
  })
  const checked = async (count: number) => {
    while (checker.checks < count) await new Promise(resolve => setImmediate(resolve))
  }
  checker.start()
  await checked(1)
  complete = false
  for (const count of [2, 3]) {
    const answerBegun = new Promise<void>(resolve => begun.push(resolve))
    clock.advance(1_000)
    await answerBegun
    clock.advance(1_000)
    await checked(count)
  }
  t.match(transitions, [{ healthy: false, why: 'no whole answer to /healthz within 1000 ms' }])
})

t.test('Checker treats a frontend that has never answered as starting, for 15 s', async t => {
  const closed = createServer().listen(0, ADDRESS)
  await once(closed, 'listening')
  const { port } = closed.address() as AddressInfo
  await new Promise(done => closed.close(done))
  const clock = new FakeClock()
  const host: Host = { ...FRONTEND, port }
  const transitions: Transition[] = []
  const checker = new Checker([host], clock, transition => transitions.push(transition))
  t.teardown(() => checker.stop())
  checker.start()
  const checked = async (count: number) => {
    while (checker.checks < count) await new Promise(resolve => setImmediate(resolve))
  }
  await checked(1)
  for (let second = 1; second < 15; second++) {
    clock.advance(1_000)
    await checked(second + 1)
  }
  t.notOk(checker.anyDown, 'after 14 s it may still be starting')
  for (const count of [16, 17]) {
    clock.advance(1_000)
    await checked(count)
  }
  t.ok(checker.anyDown, 'then it is down')
  t.equal(transitions.length, 1)
})
