import t from 'tap'
import { Gateway } from './gateway.ts'

const gateway = new Gateway('www', [
  { host: 'reposicao.example', destination: 'tickets' },
  { host: 'reposicao.example', pathPrefix: '/auth/', destination: 'auth' },
  { host: 'reposicao.example', pathPrefix: '/auth/keys/', destination: 'keys' },
  { host: 'only.example', pathPrefix: '/here/', destination: 'here' },
])

t.test('Gateway.find() takes the route of the Host with the longest path prefix', async t => {
  t.equal(gateway.find('reposicao.example', '/tickets/1'), 'tickets')
  t.equal(gateway.find('reposicao.example', '/auth/token'), 'auth')
  t.equal(gateway.find('reposicao.example', '/auth/keys/1?x'), 'keys')
  t.equal(gateway.find('reposicao.example', '/authority'), 'tickets', 'a prefix ends with its slash')
})

t.test('Gateway.find() compares host names without case, port and final dot (RFC 9110 §4.2.3)', async t => {
  for (const host of ['REPOSICAO.example', 'reposicao.example:80', 'reposicao.example:', 'Reposicao.Example.:8080']) {
    t.equal(gateway.find(host, '/'), 'tickets', host)
  }
})

t.test('Gateway.find() takes the fallback for every other Host and path', async t => {
  for (const host of ['', 'other.example', '127.20.0.20', '[::1]:80', 'reposicao.example.evil'])
    t.equal(gateway.find(host, '/auth/'), 'www', host)
  t.equal(gateway.find('only.example', '/there'), 'www')
  t.equal(new Gateway('www').find('any', '/'), 'www')
})

t.test('Gateway.destinations has each one once, the fallback first', async t => {
  t.same(gateway.destinations.toSorted(), ['auth', 'here', 'keys', 'tickets', 'www'])
  t.equal(gateway.destinations[0], 'www')
  t.same(new Gateway('www', [{ host: 'a', destination: 'www' }]).destinations, ['www'])
})
