import t from 'tap'
import {
  APPLICATIONS,
  applicationsOf,
  hostsOfApplication,
  processOf,
  programOf,
  siteOf,
  startCommand,
  titleOf,
} from './applications.ts'
import { COMPOSE_PREFIX, hostNamed, LOOPBACK_PREFIX, networkMap } from './network-map.ts'

const map = networkMap(LOOPBACK_PREFIX)

t.test(
  'each process of the table has hosts on the map, and each host of an application a process in the table',
  async t => {
    for (const { name, processes, paths } of APPLICATIONS) {
      const onTheMap = map.hosts.filter(host => host.application === name).map(processOf)
      t.strictSame([...new Set(onTheMap)], Object.keys(processes), name)
      for (const { process } of paths) t.ok(process in processes, process)
    }
  },
)

t.test('applicationsOf() and hostsOfApplication() leave out what is only planned', async t => {
  t.ok(applicationsOf(map).some(({ name }) => name === 'ingressos'))
  t.strictSame(
    hostsOfApplication(map, 'ingressos').map(({ name, spare }) => `${name}${spare ? ' spare' : ''}`),
    ['ingressos1', 'ingressos2', 'ingressos3', 'ingressos4 spare'],
  )
  const none = { ...map, hosts: map.hosts.map(host => ({ ...host, planned: true })) }
  t.strictSame(applicationsOf(none), [])
})

t.test('programOf() and titleOf() follow from the name of the host', async t => {
  const of = (name: string) => [programOf(hostNamed(map, name)), titleOf(map, hostNamed(map, name))]
  t.strictSame(of('ingressos4'), ['apps/ingressos/main.ts', 'Ingressos 4'])
  t.strictSame(of('analise'), ['apps/cadastro/analise/main.ts', 'Análise'])
  t.strictSame(of('tickets2'), ['apps/reposicao/tickets/main.ts', 'Tickets 2'])
})

t.test('siteOf() is the name in DNS, and startCommand() fits the lab', async t => {
  t.equal(siteOf('ingressos'), 'ingressos.meutrabalho.com.br')
  t.equal(startCommand('ingressos', LOOPBACK_PREFIX), 'npm run lab -- start ingressos')
  t.equal(startCommand('ingressos', COMPOSE_PREFIX), 'docker compose --profile ingressos up -d')
})
