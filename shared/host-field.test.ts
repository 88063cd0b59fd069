import t from 'tap'
import { isHost, parseHost, sameHost } from './host-field.ts'

t.test('isHost() accepts a name or an address, with a port or without (RFC 9110 §7.2)', async t => {
  const hosts = [
    'www.meutrabalho.com.br',
    'x:80',
    'x:',
    '127.20.0.10:3000',
    '[::1]',
    '[::1]:80',
    'a_b',
    'a,b',
    '%C3%A7',
  ]
  for (const host of [...hosts, '[v1.a]', '[vFF.fe80::1+x]:8080', 'x'.repeat(255)]) t.ok(isHost(host), host)
})

t.test('isHost() refuses everything else', async t => {
  const broken = [
    '',
    ':80',
    'a, b',
    'a b',
    'a/b',
    'a@b',
    '[::1',
    '::1',
    '[]',
    'x:80:80',
    'x:a',
    'x:123456',
    '%zz',
    'ção',
    '"x"',
  ]
  for (const host of [...broken, '[v.a]', '[v1.]', '[v1a]', '[vg.a]', 'x'.repeat(256)]) t.notOk(isHost(host), host)
})

t.test('parseHost() gives the name in lower case, and an empty port as none (RFC 3986 §6.2.3)', async t => {
  t.strictSame(parseHost('WWW.Example:8080'), { name: 'www.example', port: '8080' })
  t.strictSame(parseHost('a:'), { name: 'a', port: '' })
  t.strictSame(parseHost('[::1]:80'), { name: '[::1]', port: '80' })
  t.equal(parseHost('a b'), undefined)
})

t.test('sameHost() compares names without case, and a missing port as the default one', async t => {
  for (const other of ['a', 'A', 'a:', 'a:80']) t.ok(sameHost('a', other), other)
  for (const other of ['b', 'a:8080', 'a.', '']) t.notOk(sameHost('a', other), other)
  t.ok(sameHost('a:443', 'a:', '443'))
})
