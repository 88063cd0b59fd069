import t from 'tap'
import { networkMap } from '#shared/network-map.ts'
import { readNetworks } from '#shared/networks.ts'
import { identifyCaller, trustedPeers } from './forwarded.ts'

const trusted = trustedPeers(networkMap('172.20.0'), readNetworks('TRUSTED_PROXIES', 'none'))
const fields = { forwardedFor: '203.0.113.7', forwardedProto: 'https', requestId: 'abc-1' }

t.test('trustedPeers() accepts the edges of the map and this machine, and no other address', async t => {
  for (const peer of ['172.20.0.20', '172.20.0.22', '127.0.0.1', '127.20.0.20', '::1']) t.ok(trusted(peer), peer)
  for (const peer of ['172.20.0.2', '172.20.0.11', '172.20.1.20', '10.0.0.1', '127.evil', ''])
    t.notOk(trusted(peer), peer)
})

t.test('trustedPeers() accepts the networks of TRUSTED_PROXIES too', async t => {
  const inCluster = trustedPeers(networkMap('172.20.0'), readNetworks('TRUSTED_PROXIES', '10.244.0.0/16'))
  for (const peer of ['10.244.3.7', '172.20.0.20']) t.ok(inCluster(peer), peer)
  t.notOk(inCluster('10.245.0.1'))
})

t.test('identifyCaller() uses the fields of an edge', async t => {
  t.strictSame(identifyCaller('172.20.0.20', true, fields), {
    address: '203.0.113.7',
    secure: true,
    requestId: 'abc-1',
  })
  const twice = identifyCaller('172.20.0.20', true, { ...fields, forwardedFor: '1.1.1.1, 203.0.113.9' })
  t.equal(twice.address, '203.0.113.9', 'the edge added the last one')
  const broken = identifyCaller('172.20.0.20', true, { ...fields, forwardedFor: 'unknown', requestId: 'a b\tc' })
  t.equal(broken.address, '172.20.0.20')
  t.match(broken.requestId, /^[0-9a-f-]{36}$/, 'a new id in place of one that would break a log line')
})

t.test('identifyCaller() keeps every request id that an edge accepts', async t => {
  for (const requestId of ['abc-1.2:3_4', 'YWJj+ZGVm/Zw==', 'Root=1-67891233-abcdef', 'a~b']) {
    t.equal(identifyCaller('172.20.0.20', true, { ...fields, requestId }).requestId, requestId)
  }
})

t.test('identifyCaller() ignores the fields of any other client', async t => {
  const caller = identifyCaller('10.0.0.1', false, { ...fields, forwardedFor: '127.0.0.1' })
  t.match(caller, { address: '10.0.0.1', secure: false })
  t.not(caller.requestId, 'abc-1')
})
