import t from 'tap'
import { networkMap } from '#shared/network-map.ts'
import { isLabAddress, judgeDestination, portInForce } from './destinations.ts'

const map = networkMap('127.20.0', 'high')
const judge = (kind: 'name' | 'ipv4' | 'ipv6', host: string, open = false) =>
  judgeDestination({ kind, host, port: 80 }, { map, open })

t.test('judgeDestination() lets the names of the zone pass, in any case, with or without a final dot', async t => {
  for (const name of [
    'www.meutrabalho.com.br',
    'WWW.MeuTrabalho.com.BR.',
    'meutrabalho.com.br',
    '_x.a-b.meutrabalho.com.br',
  ])
    t.equal(judge('name', name), 'lab', name)
})

t.test('judgeDestination() refuses other names, unless the proxy is open', async t => {
  for (const name of [
    'example.com',
    'meutrabalho.com',
    'xmeutrabalho.com.br',
    'meutrabalho.com.br.example',
    'localhost',
  ]) {
    t.equal(judge('name', name), 'refused', name)
    t.equal(judge('name', name, true), 'system', name)
  }
})

t.test('judgeDestination() refuses a text that is not a host name, open or not', async t => {
  for (const name of [
    'a..meutrabalho.com.br',
    '.',
    '',
    ' www.meutrabalho.com.br',
    'wéw.meutrabalho.com.br',
    'a\0.meutrabalho.com.br',
    `${'a'.repeat(64)}.meutrabalho.com.br`,
    `${'a.'.repeat(120)}meutrabalho.com.br`,
  ]) {
    t.equal(judge('name', name), 'refused', JSON.stringify(name))
    t.equal(judge('name', name, true), 'refused', JSON.stringify(name))
  }
})

t.test('judgeDestination() lets addresses of the lab pass, also in the form of a name', async t => {
  t.equal(judge('ipv4', '127.20.0.21'), 'address')
  t.equal(judge('name', '127.20.0.21'), 'address')
  for (const [kind, host] of [
    ['ipv4', '127.0.0.1'],
    ['ipv4', '127.20.1.21'],
    ['ipv6', '::1'],
    ['name', '10.0.0.1'],
  ] as const) {
    t.equal(judge(kind, host), 'refused', host)
    t.equal(judge(kind, host, true), 'address', host)
  }
  t.equal(judge('ipv6', '::ffff:127.20.0.21'), 'refused', 'the lab has no IPv6 addresses')
})

t.test('isLabAddress() is true in the /24 of the lab alone', async t => {
  t.ok(isLabAddress('127.20.0.255', map))
  t.notOk(isLabAddress('172.20.0.20', map))
  t.notOk(isLabAddress('::1', map))
})

t.test('portInForce() puts 8080 in the place of 80 where the lab uses the high ports', async t => {
  t.equal(portInForce('127.20.0.20', 80, map), 8080)
  t.equal(portInForce('127.20.0.5', 53, map), 5300)
  t.equal(portInForce('127.20.0.20', 9100, map), 9100)
  t.equal(portInForce('127.20.0.10', 80, map), 80, 'not the port of that host')
  t.equal(portInForce('192.0.2.1', 80, map), 80)
  t.equal(portInForce('127.20.0.20', 80, networkMap('127.20.0', 'low')), 80)
})
