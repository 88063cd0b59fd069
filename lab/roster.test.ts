import { existsSync } from 'node:fs'
import t from 'tap'
import { hostsOf, LOOPBACK_PREFIX, networkMap } from '#shared/network-map.ts'
import { roster } from './roster.ts'

const map = networkMap(LOOPBACK_PREFIX, 'high')
const applications = hostsOf(map, 'application').map(host => host.name)
const own = {
  dns: 'own',
  edge: 'own',
  folder: '.lab',
  faults: true,
  ha: false,
  applications: [],
  broker: 'redis',
} as const

t.test('roster() starts what others need first', async t => {
  t.strictSame(
    roster(map, own).map(wave => wave.map(component => component.host.name)),
    [
      ['mysql', 'redis'],
      ['ns1', 'ns2', 'backend1', 'backend2', 'backend3', 'backend4', ...applications],
      ['frontend1', 'frontend2', 'frontend3', 'socks', 'painel'],
    ],
  )
})

t.test('roster() with --ha has three servers of each database, and a setting for every program', async t => {
  const replicated = roster(networkMap(LOOPBACK_PREFIX, 'high', true), { ...own, ha: true })
  t.strictSame(
    replicated[0]?.map(({ host, group }) => [host.name, group.length]),
    ['mysql', 'mysql2', 'mysql3', 'redis', 'redis2', 'redis3'].map(name => [name, 3]),
  )
  for (const { program, env, host } of replicated.flat()) if (program) t.equal(env.LAB_HA, '1', host.name)
})

t.test('roster() gives each program its address and its name', async t => {
  const all = roster(map, own).flat()
  const of = (name: string) => all.find(component => component.host.name === name)
  t.match(of('backend2'), {
    program: 'backend/main.ts',
    env: {
      ADDRESS: '127.20.0.11',
      SERVER_NAME: 'Servidor 2',
      LAB_PORTS: 'high',
      MALLOC_MMAP_THRESHOLD_: '1048576',
    },
    onRequest: false,
  })
  t.match(of('ns1'), { program: 'dns-server/main.ts', env: { ADDRESS: '127.20.0.5', ZONES: '.lab/zones' } })
  t.match(of('frontend3')?.env, { ALSO_LISTEN: 'none' })
  const [, , edges = []] = roster(map, own, { frontend2: '127.0.0.1:8082' })
  t.match(edges[1]?.env, { ALSO_LISTEN: '127.0.0.1:8082' })
  t.match(of('frontend3'), {
    program: 'edge-proxy/main.ts',
    env: { SERVER_NAME: 'Frontend 3', BACKENDS: 'dns:backends.meutrabalho.com.br' },
  })
  t.strictSame(
    all.filter(component => component.onRequest).map(component => component.host.name),
    ['backend4', ...applications],
  )
})

t.test('roster() starts an application with the lab when it is asked to, without its spares', async t => {
  const onRequest = roster(map, { ...own, applications: ['ingressos'] })
    .flat()
    .filter(component => component.onRequest)
    .map(component => component.host.name)
  t.strictSame(onRequest, ['backend4', ...applications.filter(name => !/^ingressos[123]$/.test(name))])
})

t.test('roster() has Kafka only on request, and gives its address to the applications and the painel', async t => {
  const [first = [], second = [], third = []] = roster(map, { ...own, broker: 'kafka' })
  t.strictSame(
    first.map(({ host }) => host.name),
    ['mysql', 'redis', 'kafka'],
  )
  const of = (name: string) => second.find(({ host }) => host.name === name)?.env.BROKER
  t.strictSame([of('acesso'), of('backend1')], ['kafka://127.20.0.7:9092', undefined])
  const painel = third.find(({ host }) => host.name === 'painel')
  t.equal(painel?.env.BROKER, 'kafka://127.20.0.7:9092', 'so that Kafka is on its map')
})

t.test('roster() names programs that exist, the comparators among them', async t => {
  for (const config of [own, { ...own, dns: 'dns2', edge: 'http-proxy' } as const]) {
    for (const { host, program } of roster(map, config).flat()) {
      if (host.role !== 'mysql' && host.role !== 'redis')
        t.ok(program && existsSync(program), `${host.name}: ${program}`)
    }
  }
})

t.test('roster() has no secondary with dns2, which has no zone transfer', async t => {
  const names = roster(map, { ...own, dns: 'dns2' })
    .flat()
    .map(component => component.host.name)
  t.ok(names.includes('ns1'))
  t.notOk(names.includes('ns2'))
})
