import t from 'tap'
import { isLoopback, isOwnAddress, withoutMapping } from './own-address.ts'

t.test('isLoopback() is true of 127.0.0.0/8 and ::1 (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3)', async t => {
  for (const own of ['127.0.0.1', '127.20.0.20', '127.255.255.254', '::1', '::ffff:127.0.0.1'])
    t.ok(isLoopback(own), own)
  for (const other of ['128.0.0.1', '172.20.0.20', '127.evil', '127.0.0', '1270.0.0.1', '::2', '', 'localhost']) {
    t.notOk(isLoopback(other), other)
  }
})

t.test('isOwnAddress() adds the /24 of the map, and no more', async t => {
  for (const own of ['172.20.0.1', '172.20.0.255', '::ffff:172.20.0.9', '127.9.9.9', '::1']) {
    t.ok(isOwnAddress(own, '172.20.0'), own)
  }
  for (const other of ['172.20.1.1', '172.2.0.1', '10.0.0.1', '172.20.0.evil', '172.20.0.', '']) {
    t.notOk(isOwnAddress(other, '172.20.0'), other)
  }
  t.notOk(isOwnAddress('172.20.01.1', '172.20.0'), 'the dot after the prefix counts')
})

t.test('withoutMapping() is the IPv4 address itself (RFC 4291 §2.5.5.2)', async t => {
  t.equal(withoutMapping('::FFFF:192.0.2.1'), '192.0.2.1')
  t.equal(withoutMapping('::ffff:c000:201'), '::ffff:c000:201')
})
