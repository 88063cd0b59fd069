import t from 'tap'
import {
  authority,
  COMPOSE_PREFIX,
  hostAt,
  hostNamed,
  hostsOf,
  LOOPBACK_PREFIX,
  networkMap,
  prefixOf,
} from './network-map.ts'

t.test('networkMap() is the map of the documentation (compose.yaml and the zone say the same)', async t => {
  const written = (prefix: string, ports: 'low' | 'high') =>
    networkMap(prefix, ports).hosts.map(({ name, address, port }) => `${name} ${address}:${port}`)
  t.strictSame(written(COMPOSE_PREFIX, 'low'), [
    'painel 172.20.0.2:80',
    'mysql 172.20.0.3:3306',
    'mysql2 172.20.0.63:3306',
    'mysql3 172.20.0.64:3306',
    'redis 172.20.0.4:6379',
    'redis2 172.20.0.73:6379',
    'redis3 172.20.0.74:6379',
    'ns1 172.20.0.5:53',
    'ns2 172.20.0.6:53',
    'kafka 172.20.0.7:9092',
    'socks 172.20.0.8:1080',
    'backend1 172.20.0.10:3000',
    'backend2 172.20.0.11:3000',
    'backend3 172.20.0.12:3000',
    'backend4 172.20.0.13:3000',
    'frontend1 172.20.0.20:80',
    'frontend2 172.20.0.21:80',
    'frontend3 172.20.0.22:80',
    'ingressos1 172.20.0.30:3000',
    'ingressos2 172.20.0.31:3000',
    'ingressos3 172.20.0.32:3000',
    'ingressos4 172.20.0.33:3000',
    'acesso 172.20.0.40:3000',
    'orquestrador 172.20.0.41:3000',
    'analise 172.20.0.42:3000',
    'auth 172.20.0.50:3000',
    'tickets1 172.20.0.51:3000',
    'tickets2 172.20.0.52:3000',
    'gravador 172.20.0.53:3000',
  ])
  const high = written(LOOPBACK_PREFIX, 'high')
  for (const place of ['painel 127.20.0.2:8080', 'ns1 127.20.0.5:5300']) t.ok(high.includes(place), place)
})

t.test('networkMap() needs no right to bind low ports when they are to be high', async t => {
  t.ok(networkMap(LOOPBACK_PREFIX, 'high').hosts.every(host => host.port >= 1024))
})

t.test('networkMap() refuses what is not three octets', async t => {
  for (const prefix of [
    '',
    '127',
    '127.20',
    '127.20.0.1',
    '127.20.256',
    '127.020.0',
    '127.20.-1',
    '127.20.0x',
    ' 1.2.3',
  ]) {
    t.throws(() => networkMap(prefix), { name: 'RangeError', message: `"${prefix}" is not a network prefix` }, prefix)
  }
  t.equal(networkMap('0.0.255').prefix, '0.0.255')
})

t.test('hostNamed() finds a host, or lists those there are', async t => {
  const map = networkMap(LOOPBACK_PREFIX)
  t.match(hostNamed(map, 'backend2'), { address: '127.20.0.11', role: 'backend', ordinal: 2 })
  t.throws(() => hostNamed(map, 'backend9'), {
    message: /no host "backend9" on the map; it has painel, mysql,.*gravador$/,
  })
})

t.test('hostAt() finds a host by its address, under its own prefix alone', async t => {
  const map = networkMap(LOOPBACK_PREFIX)
  t.equal(hostAt(map, '127.20.0.20')?.name, 'frontend1')
  t.equal(hostAt(map, '172.20.0.20'), undefined)
  t.equal(hostAt(map, '127.20.0.200'), undefined)
})

t.test('hostsOf() keeps the order of the map, with the spares and without the planned hosts', async t => {
  const map = networkMap(LOOPBACK_PREFIX)
  t.strictSame(
    hostsOf(map, 'backend').map(host => host.ordinal),
    [1, 2, 3, 4],
  )
  t.strictSame(
    hostsOf(map, 'backend').map(host => host.spare),
    [false, false, false, true],
  )
  t.strictSame(
    hostsOf(map, 'mysql').map(host => host.name),
    ['mysql'],
  )
})

t.test('networkMap() has the replicas of MySQL and Redis only where they run', async t => {
  const names = (replicated: boolean) =>
    ['mysql', 'redis'].flatMap(role =>
      hostsOf(networkMap(LOOPBACK_PREFIX, 'low', replicated), role as 'mysql').map(host => host.name),
    )
  t.strictSame(names(false), ['mysql', 'redis'])
  t.strictSame(names(true), ['mysql', 'mysql2', 'mysql3', 'redis', 'redis2', 'redis3'])
})

t.test('networkMap() has Kafka only where it is the broker', async t => {
  const kafka = (...broker: ['kafka'?]) => hostsOf(networkMap(LOOPBACK_PREFIX, 'low', false, ...broker), 'kafka').length
  t.strictSame([kafka(), kafka('kafka')], [0, 1])
})

t.test('networkMap() counts the hosts of a role within their application, and no address is given twice', async t => {
  const map = networkMap(LOOPBACK_PREFIX)
  t.match(hostNamed(map, 'tickets1'), { role: 'application', application: 'reposicao', ordinal: 2, planned: false })
  t.match(hostNamed(map, 'ingressos4'), { application: 'ingressos', ordinal: 4, spare: true })
  t.match(hostNamed(map, 'mysql3'), { role: 'mysql', ordinal: 3, planned: true })
  t.equal(new Set(map.hosts.map(host => host.address)).size, map.hosts.length)
  t.equal(new Set(map.hosts.map(host => host.name)).size, map.hosts.length)
})

t.test('authority() leaves out the port where a URL would', async t => {
  t.equal(authority(hostNamed(networkMap(LOOPBACK_PREFIX), 'frontend1')), '127.20.0.20')
  t.equal(authority(hostNamed(networkMap(LOOPBACK_PREFIX, 'high'), 'frontend1')), '127.20.0.20:8080')
  t.equal(authority(hostNamed(networkMap(LOOPBACK_PREFIX), 'ns1'), 53), '127.20.0.5')
})

t.test('prefixOf() is the first three octets', async t => {
  t.equal(prefixOf('172.20.0.255'), '172.20.0')
})
