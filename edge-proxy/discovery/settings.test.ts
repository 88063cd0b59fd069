import t from 'tap'
import { networkMap } from '#shared/network-map.ts'
import { readDiscovery } from './settings.ts'

const map = networkMap('127.20.0', 'high')

t.test('readDiscovery() reads a name and a port; the DNS servers are those of the map', async t => {
  t.strictSame(readDiscovery('dns:backends.meutrabalho.com.br', map), {
    name: 'backends.meutrabalho.com.br',
    port: 3000,
    servers: ['127.20.0.5:5300', '127.20.0.6:5300'],
  })
  t.equal(readDiscovery('dns:_http.backends.example.com:8080', map)?.port, 8080)
})

t.test('readDiscovery() returns undefined for a list of addresses', async t => {
  for (const text of [undefined, '', '127.20.0.10', 'backend1=127.20.0.10'])
    t.equal(readDiscovery(text, map), undefined)
})

t.test('readDiscovery() refuses text that is not a name, and the name of the edges', async t => {
  for (const text of [
    'dns:',
    'dns:localhost',
    'dns:a..b',
    'dns:-a.b',
    'dns:a.b:0',
    'dns:a.b:65536',
    'dns:a.b.1',
    'dns:a b.c',
  ]) {
    t.throws(
      () => readDiscovery(text, map),
      { name: 'SettingError', message: /^BACKENDS=.* · use dns:name\[:port\],/ },
      text,
    )
  }
  t.throws(() => readDiscovery('dns:WWW.meutrabalho.com.br', map), /is the name of the edges; use backends\.meu/)
})
