import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { FakeClock } from '#shared/clock.ts'
import { type Host, hostNamed, networkMap } from '#shared/network-map.ts'
import { loopbackPrefix } from '../../test/testing/loopback.ts'
import { serviceOf, zoneOf } from '../testing/ask.ts'
import { Checker, FRONTEND_CHECKS, type Transition } from './checker.ts'
import { unusableAddresses } from './health.ts'

t.test(
  'unusableAddresses() leaves out addresses that are down, but none when fewer than a third are up (fail open)',
  async t => {
    const zone = zoneOf(
      'test.',
      `$TTL 5
@ SOA ns host 1 2 3 4 30
@ NS ns.x.
www A 192.0.2.20
www A 192.0.2.21
www A 192.0.2.22
four A 192.0.2.20
four A 192.0.2.21
four A 192.0.2.22
four A 192.0.2.23
two A 192.0.2.20
two A 192.0.2.21
@ MX 10 www
`,
    )
    const leftOut = (name: string, ...down: string[]) => {
      const rrset = zone.apex.children.get(name)?.rrsets.get(1)
      if (!rrset) throw new Error(name)
      const unusable = unusableAddresses(rrset, address =>
        down.includes(address.slice(-2)) ? { down: true, changeIn: 600 } : { down: false, changeIn: undefined },
      )
      return unusable && [...unusable.positions].join(' ')
    }
    t.equal(leftOut('www'), undefined, 'all are up: no explanation')
    t.equal(leftOut('www', '21'), '1')
    t.equal(leftOut('www', '20', '21'), '0 1', 'one of three is a third: only that one is sent')
    t.equal(leftOut('www', '20', '21', '22'), '', 'none is up: all are sent')
    t.equal(leftOut('four', '20', '21', '22'), '', 'one of four is fewer than a third: all are sent')
    t.equal(leftOut('two', '20'), '0', 'one of two is up')
    t.equal(leftOut('two', '20', '21'), '')
    t.equal(
      unusableAddresses(zone.apex.rrsets.get(15) as never, () => ({ down: true, changeIn: 1 })),
      undefined,
      'MX records have no health',
    )
  },
)

t.test('the TTL ends with the next possible change of state, and is never longer than that of the zone', async t => {
  const zone = zoneOf('test.', '$TTL 5\n@ SOA ns host 1 2 3 4 30\n@ NS ns.x.\nwww A 192.0.2.20\nwww A 192.0.2.21\n')
  const rrset = zone.apex.children.get('www')?.rrsets.get(1)
  if (!rrset) throw new Error('no www')
  const ttl = (...changeIn: (number | undefined)[]) => {
    const health = changeIn.map(ms => ({ down: false, changeIn: ms }))
    return unusableAddresses(rrset, address => health[Number(address.slice(-2)) - 20])?.ttl
  }
  t.equal(ttl(undefined, undefined), undefined, 'no change is expected: the TTL of the zone')
  t.equal(ttl(undefined, undefined), undefined)
  t.equal(ttl(100, undefined), 1, 'whole seconds, at least one')
  t.equal(ttl(2_100, 3_000), 3, 'the first change counts')
  t.equal(ttl(60_000, 70_000), 5)
})

t.test('with two of three frontends the round robin stays strict', async t => {
  const zone = zoneOf(
    'test.',
    '$TTL 5\n@ SOA ns host 1 2 3 4 30\n@ NS ns.x.\nwww A 192.0.2.20\nwww A 192.0.2.21\nwww A 192.0.2.22\n',
  )
  const { orderer } = serviceOf(zone)
  const rrset = zone.apex.children.get('www')?.rrsets.get(1)
  if (!rrset) throw new Error('no www')
  orderer.unusable = rrset => unusableAddresses(rrset, address => ({ down: address === '192.0.2.21', changeIn: 600 }))
  const decisions = Array.from({ length: 4 }, () => orderer.decide(rrset, 0))
  t.strictSame(
    decisions.map(({ order }) => order.join(' ')),
    ['0 2', '2 0', '0 2', '2 0'],
  )
  t.match(decisions[0], { why: 'turn 0 of 3', ttl: 1, unusable: '192.0.2.21 is down: left out' })
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
  const checker = new Checker([host], clock, FRONTEND_CHECKS, {
    changed: transition => transitions.push(transition),
    checked() {},
  })
  t.teardown(async () => {
    await checker.stop()
    server.close()
  })

  /** Runs one check and waits for its outcome; then the next one is scheduled. */
  const oneCheck = async () => {
    const before = checker.checks
    clock.advance(500)
    while (checker.checks === before) await new Promise(resolve => setImmediate(resolve))
  }
  const isDown = () => checker.healthOf(ADDRESS)?.down
  checker.start()
  while (checker.checks === 0) await new Promise(resolve => setImmediate(resolve))
  t.notOk(isDown())
  status = 503
  await oneCheck()
  t.notOk(isDown(), 'one 503 is not enough')
  t.match(checker.healthOf(ADDRESS), { changeIn: 100 }, 'but it may be down at the next check')
  t.ok(checker.anyUncertain)
  await oneCheck()
  t.ok(isDown(), 'two 503s in a row: down')
  t.match(checker.healthOf(ADDRESS), { changeIn: 600 }, 'two checks must pass')
  t.match(transitions, [{ healthy: false, why: '/healthz answers 503' }])
  status = 200
  await oneCheck()
  await oneCheck()
  t.notOk(isDown())
  t.notOk(checker.anyUncertain)
  server.closeAllConnections()
  await new Promise(closed => server.close(closed))
  await oneCheck()
  await oneCheck()
  t.ok(isDown(), 'the frontend is off')
  t.match(transitions[2]?.why, /ECONNREFUSED/)
  server = await open(port)
  await oneCheck()
  await oneCheck()
  t.notOk(isDown())
  t.match(checker.report(), [{ name: 'frontend1', healthy: true }])
  t.strictSame([...paths], ['/healthz'])
  t.ok(asked >= 7)
})

/**
 * The attack: a frontend that hangs in the middle of its response, or sends one octet now and then. A time-out that restarts with
 * each octet never ends, and such a frontend would still get visitors.
 */
t.test('Checker limits the time of the whole response, not of each octet', async t => {
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
  const checker = new Checker([host], clock, FRONTEND_CHECKS, {
    changed: transition => transitions.push(transition),
    checked() {},
  })
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
    clock.advance(500)
    await answerBegun
    clock.advance(700)
    await checked(count)
  }
  t.match(transitions, [{ healthy: false, why: 'no whole answer to /healthz within 700 ms' }])
})

t.test('Checker treats a frontend that has never answered as starting, for 15 s', async t => {
  const closed = createServer().listen(0, ADDRESS)
  await once(closed, 'listening')
  const { port } = closed.address() as AddressInfo
  await new Promise(done => closed.close(done))
  const clock = new FakeClock()
  const host: Host = { ...FRONTEND, port }
  const transitions: Transition[] = []
  const checker = new Checker([host], clock, FRONTEND_CHECKS, {
    changed: transition => transitions.push(transition),
    checked() {},
  })
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
  t.notOk(checker.anyUncertain, 'after 14 s it may still be starting')
  for (const count of [16, 17, 18]) {
    clock.advance(600)
    await checked(count)
  }
  t.ok(checker.healthOf(ADDRESS)?.down, 'then it is down')
  t.equal(transitions.length, 1)
})
