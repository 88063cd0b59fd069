import { Writable } from 'node:stream'
import t from 'tap'
import { AdminError } from '#shared/admin.ts'
import { Events, type LabEvent } from '#shared/events.ts'
import { createLog } from '#shared/log.ts'
import { Orderer } from '../answer/orderer.ts'
import { Compiled } from '../compiled/compiled.ts'
import { client, queryOf, serviceOf, serviceWith, zoneOf } from '../testing/ask.ts'
import { RCODE } from '../wire/codes.ts'
import { decodeMessage } from '../wire/message.ts'
import { parseName } from '../wire/name-text.ts'
import { Zones } from '../zone/zone.ts'
import { Connections } from './connections.ts'
import { queryEvent, queryLogFields } from './describe-query.ts'
import { registerGauges } from './gauges.ts'
import { handlersFor } from './handlers.ts'
import { DnsMetrics } from './metrics.ts'
import { type QueryOutcome, respond } from './respond.ts'
import { announced, orderRoute, switchRoute } from './switches.ts'

const SERVICE = serviceOf(
  zoneOf(
    'test.',
    `$TTL 9\n@ SOA ns host 1 2 3 4 5\n@ NS ns\nns A 192.0.2.1\nbig TXT ${'"x" '.repeat(300)}\nwww A 192.0.2.2\nwww A 192.0.2.3\n`,
  ),
)
const outcome = (name: string, type: string, transport: 'udp' | 'tcp' = 'udp') =>
  respond(queryOf(name, type), client(transport), SERVICE)

t.test('Metrics counts by type, rcode and transport, in the text that Prometheus reads', async t => {
  const metrics = new DnsMetrics()
  for (const [name, type, transport] of [
    ['www.test.', 'A', 'udp'],
    ['www.test.', 'A', 'udp'],
    ['www.test.', 'A', 'tcp'],
    ['none.test.', 'AAAA', 'udp'],
    ['elsewhere.', 'TYPE60000', 'udp'],
    ['big.test.', 'TXT', 'udp'],
  ] as const) {
    metrics.count(outcome(name, type, transport))
  }
  metrics.count(respond(Buffer.alloc(3), client(), SERVICE))
  metrics.countLatency(0.000015)
  metrics.countLatency(0.5)
  const text = await metrics.registry.metrics()
  for (const line of [
    'dns_queries_total{type="A",transport="udp"} 2',
    'dns_queries_total{type="A",transport="tcp"} 1',
    'dns_queries_total{type="other",transport="udp"} 1',
    'dns_responses_total{rcode="NOERROR",transport="udp"} 3',
    'dns_responses_total{rcode="NXDOMAIN",transport="udp"} 1',
    'dns_responses_total{rcode="REFUSED",transport="udp"} 1',
    'dns_truncated_total 1',
    'dns_silent_total 1',
    'dns_answer_seconds_bucket{le="0.00001"} 0',
    'dns_answer_seconds_bucket{le="0.00002"} 1',
    'dns_answer_seconds_bucket{le="0.1"} 1',
    'dns_answer_seconds_bucket{le="+Inf"} 2',
    'dns_answer_seconds_count 2',
  ]) {
    t.ok(text.split('\n').includes(line), line)
  }
  t.equal(await metrics.registry.metrics(), text, 'reading changes nothing')
})

t.test('gauges show the zones that are served now', async t => {
  const { registry } = new DnsMetrics()
  const zones = serviceOf(zoneOf('test.', '$TTL 9\n@ SOA ns host 7 2 3 4 5\n@ NS ns.x.\n')).zones
  const frontends = [
    { name: 'frontend1', healthy: true },
    { name: 'frontend2', healthy: false },
  ]
  registerGauges(registry, { zones, frontends: () => frontends, connections: () => 3 })
  const lines = async () => (await registry.metrics()).split('\n')
  for (const line of [
    'dns_zone_serial{zone="test."} 7',
    'dns_frontend_up{frontend="frontend1"} 1',
    'dns_frontend_up{frontend="frontend2"} 0',
    'dns_tcp_connections 3',
  ]) {
    t.ok((await lines()).includes(line), line)
  }
  zones.hold(parseName('test.'), 'expired')
  t.notOk(
    (await lines()).some(line => line.startsWith('dns_zone_serial{')),
    'a zone that is held is not served',
  )
})

t.test('the query log has one line for each query, whatever octets the name has', async t => {
  let text = ''
  const stream = new Writable({
    write(chunk, _, done) {
      text += chunk
      done()
    },
  })
  const log = createLog('ns1', stream)
  const logQuery = (one: QueryOutcome) => log.info('query', queryLogFields(one))
  logQuery(outcome('www.test.', 'A'))
  logQuery(outcome('a\\010b\\032c.test.', 'A'))
  logQuery(respond(Buffer.alloc(3), client(), SERVICE))
  const lines = text.trim().split('\n')
  t.equal(lines.length, 3)
  t.match(
    lines[0],
    /query client=127\.0\.0\.1#4242 transport=udp name=www\.test\. class=IN type=A rcode=NOERROR octets=\d+$/,
  )
  t.match(lines[1], /name=a\\010b\\032c\.test\. .*rcode=NXDOMAIN/)
  t.match(lines[2], /rcode="no response" octets=0 why="shorter than a header"/)
})

t.test('queryEvent() has the order of the records and the reason', async t => {
  t.match(queryEvent(outcome('www.test.', 'A')), {
    ...{ client: '127.0.0.1:4242', transport: 'udp', name: 'www.test.', type: 'A', class: 'IN', rcode: 'NOERROR' },
    query: /^[0-9a-f]+$/,
    answer: /^[0-9a-f]+$/,
    order: [{ policy: 'cyclic', records: ['192.0.2.2', '192.0.2.3'], why: 'turn 0 of 2' }],
  })
  t.match(queryEvent(respond(Buffer.alloc(3), client(), SERVICE)), { answer: null, why: 'shorter than a header' })
})

t.test('POST /order switches the policy of a running server, and explains errors in the body', async t => {
  const orderer = new Orderer()
  const route = orderRoute(orderer)
  t.strictSame(route({ policy: 'weighted', weights: { '192.0.2.1': 3 } }), {
    policy: 'weighted',
    weights: { '192.0.2.1': 3 },
  })
  t.equal(orderer.policy, 'weighted')
  t.strictSame(route({ policy: 'cyclic' }), { policy: 'cyclic', weights: { '192.0.2.1': 3 } })
  for (const body of [
    undefined,
    null,
    [],
    'cyclic',
    { policy: 'round' },
    { polcy: 'cyclic' },
    { weights: { '192.0.2.1': -1 } },
    { weights: { '192.0.2.1': 1e308 } },
    { weights: { '192.0.2.1': '3' } },
    { weights: { frontend1: 3 } },
    { weights: 3 },
  ]) {
    t.throws(() => route(body), AdminError, JSON.stringify(body))
  }
  t.equal(orderer.policy, 'cyclic', 'a bad body changes nothing')
})

t.test('a switch accepts true or false', async t => {
  const health = { enabled: true }
  let changes = 0
  const route = switchRoute(health, () => changes++)
  t.strictSame(route({ enabled: false }), { enabled: false })
  t.strictSame([health.enabled, changes], [false, 1])
  t.throws(() => route({ enabled: 'no' }), AdminError)
  t.throws(() => route({}), AdminError)
})

t.test('Connections closes the longest idle connection of the client that has most', async t => {
  const connections = new Connections(4)
  const closed: string[] = []
  const socket = (name: string) => ({ destroy: () => closed.push(name) }) as never
  const [greedy1, greedy2, greedy3, single] = ['greedy1', 'greedy2', 'greedy3', 'single'].map(socket)
  for (const one of [greedy1, greedy2, greedy3]) connections.add(one as never, 'greedy')
  const leave = connections.add(single as never, 'single')
  connections.used(greedy1 as never)
  connections.add(socket('newcomer'), 'other')
  t.strictSame(closed, ['greedy2'], 'greedy1 was used since')
  t.equal(connections.size, 4)
  leave()
  leave()
  t.equal(connections.size, 3, 'a second removal changes nothing')
  connections.closeAll()
  t.equal(closed.length, 4)
})

/** A log and events that are kept for comparison. */
function observers() {
  const lines: string[] = []
  const stream = new Writable({
    write(chunk, _, done) {
      lines.push(String(chunk).trim())
      done()
    },
  })
  const events = new Events('ns1')
  const queryLog = { enabled: false }
  return { lines, log: createLog('ns1', stream), events, queryLog, metrics: new DnsMetrics() }
}

t.test(
  'handlersFor(): an error of this program affects one query only: SERVFAIL, and a log line with its octets',
  async t => {
    const seen = observers()
    const broken = serviceWith({
      zones: SERVICE.zones,
      notified: () => {
        throw new Error('an unexpected error')
      },
    })
    const compiled = new Compiled(SERVICE.zones, SERVICE.orderer, seen.metrics.countUdp)
    const { datagram, stream } = handlersFor(broken, compiled, () => false, seen)
    const query = queryOf('test.', 'SOA', { opcode: 4, id: 77, edns: {} })
    for (const answer of [datagram(query, client()), ...stream(query, client('tcp'))]) {
      t.match(decodeMessage(answer as Buffer), {
        ...{ id: 77, qr: true, rcode: RCODE.SERVFAIL, answer: [] },
        ...{ questions: [{ name: ['test'] }], edns: { version: 0 } },
      })
    }
    t.equal(seen.lines.length, 2)
    t.match(seen.lines[0], /error ns1 a query could not be answered query=004d2000.* stack=.*an unexpected error/)
    t.equal(datagram(Buffer.alloc(5), client()), undefined, 'a message without a response still has none')
    t.match(decodeMessage(datagram(queryOf('www.test.', 'A'), client()) as Buffer), { rcode: 0, answer: { length: 2 } })
  },
)

t.test('handlersFor(): events show every query, also those that the fast path would answer', async t => {
  const seen = observers()
  const compiled = new Compiled(SERVICE.zones, SERVICE.orderer, seen.metrics.countUdp)
  while (compiled.size === 0) await new Promise(resolve => setImmediate(resolve))
  const { datagram } = handlersFor(SERVICE, compiled, () => false, seen)
  const ask = () => decodeMessage(datagram(queryOf('ns.test.', 'A'), client()) as Buffer)
  const events: LabEvent[] = []
  ask()
  const unwatch = seen.events.watch(event => events.push(event))
  ask()
  unwatch()
  seen.queryLog.enabled = true
  ask()
  t.match(events, [{ kind: 'dns.query', detail: { name: 'ns.test.', type: 'A' } }])
  t.equal(events.length, 1)
  t.match(seen.lines, [/query client=.* name=ns\.test\. /])
  const text = await seen.metrics.registry.metrics()
  t.match(text, 'dns_queries_total{type="A",transport="udp"} 3', 'all three are counted')
})

t.test('handlersFor(): the table does not answer for a zone that is held', async t => {
  const seen = observers()
  const service = { ...SERVICE, zones: new Zones(SERVICE.zones) }
  service.zones.hold(parseName('sub.test.'), 'expired')
  const compiled = new Compiled(service.zones, service.orderer, seen.metrics.countUdp)
  while (compiled.size === 0) await new Promise(resolve => setImmediate(resolve))
  const { datagram } = handlersFor(service, compiled, () => false, seen)
  t.match(decodeMessage(datagram(queryOf('www.sub.test.', 'A'), client()) as Buffer), { rcode: RCODE.SERVFAIL })
})

t.test('announced(): a change of a switch is logged and published; a bad body is not', async t => {
  const { lines, log, events } = observers()
  const seen: LabEvent[] = []
  events.watch(event => seen.push(event))
  const route = announced(log, events)('order', orderRoute(new Orderer()))
  t.strictSame(await route({ policy: 'fixed' }), { policy: 'fixed', weights: {} })
  await t.rejects(async () => route({ policy: 'x' }), AdminError)
  t.match(lines, [/switched what=order policy=fixed/])
  t.equal(lines.length, 1)
  t.match(seen, [{ kind: 'dns.switch', detail: { what: 'order', policy: 'fixed' } }])
})
