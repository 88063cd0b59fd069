import t from 'tap'
import { networkMap } from '#shared/network-map.ts'
import { clusterRows } from './sites.ts'

const map = networkMap('127.20.0')
/** As if the programs of every application existed. */
const complete = { ...map, hosts: map.hosts.map(host => ({ ...host, planned: false })) }

t.test('clusterRows() has a row for each path of each application, with its servers on the map', async t => {
  const rows = clusterRows(complete, false).map(({ name, host, pathPrefix, backends }) => [
    `${host}${pathPrefix}`,
    name,
    ...backends.map(({ name, address, port }) => `${name}=${address}:${port}`),
  ])
  t.strictSame(rows, [
    [
      'ingressos.meutrabalho.com.br',
      'ingressos',
      'ingressos1=127.20.0.30:3000',
      'ingressos2=127.20.0.31:3000',
      'ingressos3=127.20.0.32:3000',
    ],
    ['cadastro.meutrabalho.com.br', 'acesso', 'acesso=127.20.0.40:3000'],
    ['reposicao.meutrabalho.com.br/auth/', 'auth', 'auth=127.20.0.50:3000'],
    ['reposicao.meutrabalho.com.br', 'tickets', 'tickets1=127.20.0.51:3000', 'tickets2=127.20.0.52:3000'],
  ])
})

t.test('clusterRows() finds the servers in DNS where the backends come from DNS', async t => {
  const [ingressos] = clusterRows(map, true)
  t.strictSame(ingressos?.discovery, {
    name: 'ingressos-servers.meutrabalho.com.br',
    port: 3000,
    servers: ['127.20.0.5:53', '127.20.0.6:53'],
  })
  t.equal(ingressos?.startedBy, 'npm run lab -- start ingressos')
})

t.test('clusterRows() leaves out an application whose programs do not exist', async t => {
  const none = { ...map, hosts: map.hosts.map(host => ({ ...host, planned: host.role === 'application' })) }
  t.strictSame(clusterRows(none, false), [])
})
