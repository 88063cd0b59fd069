import { readFileSync } from 'node:fs'
import t from 'tap'
import { respond } from '../server/respond.ts'
import { ask, client, queryOf, serviceOf, serviceWith, zoneOf } from '../testing/ask.ts'
import { Zones } from '../zone/zone.ts'
import { arrange, type OrderInputs, POLICIES } from './order.ts'
import { Orderer } from './orderer.ts'

const now = (more: Partial<OrderInputs> = {}): OrderInputs => ({
  turn: 0,
  id: 0,
  random: () => 0,
  weight: () => 1,
  time: () => 0,
  ...more,
})

const ZONE = zoneOf(
  'test.',
  `$TTL 5
@ SOA ns host 1 2 3 4 30
@ NS ns.x.
www A 192.0.2.20
www A 192.0.2.21
www A 192.0.2.22
www AAAA 2001:db8::20
www AAAA 2001:db8::21
alias CNAME www
*.wild A 192.0.2.30
*.wild A 192.0.2.31
one A 192.0.2.1
`,
)

/** The last octets of the addresses, in the order of the answer. */
function asker(service = serviceOf(ZONE)) {
  return (name: string, type = 'A', id = 0, transport: 'udp' | 'tcp' = 'udp') =>
    ask(service, name, type, { id }, client(transport))
      .answer.map(({ data }) => String(data.address ?? '').replace(/.*[.:]/, ''))
      .filter(Boolean)
      .join(' ')
}

t.test('cyclic: each answer starts one address later than the one before', async t => {
  const asks = asker()
  t.strictSame(
    Array.from({ length: 4 }, () => asks('www.test.')),
    ['20 21 22', '21 22 20', '22 20 21', '20 21 22'],
  )
})

t.test('cyclic is per RRset: other queries in between change nothing, and UDP and TCP share the turn', async t => {
  const asks = asker()
  const seen: string[] = []
  for (const transport of ['udp', 'tcp', 'udp', 'tcp'] as const) {
    seen.push(asks('www.test.', 'A', 0, transport))
    asks('www.test.', 'AAAA')
    asks('www.test.', 'MX')
    asks('one.test.')
    asks('no.test.')
  }
  t.strictSame(seen, ['20 21 22', '21 22 20', '22 20 21', '20 21 22'])
})

t.test('an alias and its target share one turn, and so do all names that a wildcard matches', async t => {
  const asks = asker()
  t.strictSame([asks('www.test.'), asks('alias.test.'), asks('WWW.test.')], ['20 21 22', '21 22 20', '22 20 21'])
  t.strictSame([asks('a.wild.test.'), asks('b.wild.test.'), asks('a.wild.test.')], ['30 31', '31 30', '30 31'])
})

t.test('query-id starts at the ID modulo n; fixed never changes', async t => {
  const service = serviceOf(ZONE)
  const asks = asker(service)
  service.orderer.policy = 'query-id'
  t.strictSame(
    [asks('www.test.', 'A', 4), asks('www.test.', 'A', 4), asks('www.test.', 'A', 5)],
    ['21 22 20', '21 22 20', '22 20 21'],
  )
  service.orderer.policy = 'fixed'
  t.strictSame([asks('www.test.', 'A', 1), asks('www.test.', 'A', 2)], ['20 21 22', '20 21 22'])
})

t.test('random is a fair shuffle: all orders are about equally frequent', async t => {
  let seed = 1
  const random = () => {
    seed = (seed * 48271) % 2147483647 // a minimal standard generator: the same numbers in every run
    return seed / 2147483647
  }
  const counts = new Map<string, number>()
  for (let i = 0; i < 6000; i++) {
    const order = arrange('random', 3, now({ random })).order.join('')
    counts.set(order, (counts.get(order) ?? 0) + 1)
  }
  t.equal(counts.size, 6)
  for (const [order, count] of counts) t.ok(count > 850 && count < 1150, `${order}: ${count} of about 1000`)
})

t.test('weighted chooses the first address at random by weight', async t => {
  const weight = (position: number) => [3, 1, 0][position] ?? 0
  const first = (dice: number) => arrange('weighted', 3, now({ random: () => dice, weight })).order[0]
  t.strictSame([0, 0.74, 0.76, 0.999].map(first), [0, 0, 1, 1], 'three quarters, one quarter, never')
  const none = arrange('weighted', 3, now({ random: () => 0.5, weight: () => 0 }))
  t.strictSame(none.order, [1, 2, 0], 'all weights 0: all are equally likely')
})

t.test('every policy sends every record exactly once, and gives a reason', async t => {
  for (const policy of POLICIES)
    for (let count = 1; count < 6; count++) {
      const { order, why } = arrange(policy, count, now({ turn: 7, id: 11, random: () => 0.6 }))
      t.strictSame(
        order.toSorted(),
        Array.from({ length: count }, (_, i) => i),
        `${policy} of ${count}`,
      )
      t.ok(why)
    }
})

t.test('every policy is named in the README', async t => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  for (const policy of POLICIES) t.match(readme, new RegExp(`\\b${policy}\\b`))
})

t.test('unusable addresses are left out, and the remaining ones are first equally often', async t => {
  const service = serviceOf(ZONE)
  const asks = asker(service)
  service.orderer.unusable = () => ({ positions: new Set([1]), ttl: 1, why: '192.0.2.21 is down' })
  t.strictSame(
    Array.from({ length: 4 }, () => asks('www.test.')),
    ['20 22', '22 20', '20 22', '22 20'],
  )
})

/**
 * An attack on the strict rotation: an RRset of 40 addresses does not fit into 512 octets, so each client gets TC and asks again
 * over TCP. If both queries moved the turn on, every second address would never be first.
 */
t.test('a truncated answer does not move the turn on (RFC 2181 §9)', async t => {
  const addresses = Array.from({ length: 40 }, (_, i) => `many A 192.0.2.${i}\n`).join('')
  const service = serviceOf(zoneOf('test.', `$TTL 5\n@ SOA ns host 1 2 3 4 30\n@ NS ns.x.\n${addresses}`))
  const asks = asker(service)
  const firsts = Array.from({ length: 4 }, () => {
    t.equal(asks('many.test.'), '', 'TC, and no records')
    return asks('many.test.', 'A', 0, 'tcp').split(' ')[0]
  })
  t.strictSame(firsts, ['0', '1', '2', '3'])
  t.strictSame(respond(queryOf('many.test.', 'A'), client(), service).orders, [], 'and no order is reported')
})

t.test(
  'weighted: the share of an address that is down goes to all others by their weights, not to its neighbour',
  async t => {
    let dice = 0
    const service = serviceWith({ zones: new Zones([ZONE]) }, new Orderer(() => dice))
    const asks = asker(service)
    service.orderer.policy = 'weighted'
    service.orderer.weights = new Map([['192.0.2.20', 8]])
    service.orderer.unusable = () => ({ positions: new Set([0]), ttl: 1, why: '192.0.2.20 is down' })
    const answers = [0, 0.49, 0.51, 0.99].map(next => {
      dice = next
      return asks('www.test.')
    })
    t.strictSame(answers, ['21 22', '21 22', '22 21', '22 21'])
  },
)
