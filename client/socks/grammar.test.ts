import t from 'tap'
import { decodeGreeting, decodeRequest, encodeMethod, encodeReply, REPLY, SocksSyntaxError } from './grammar.ts'

const octets = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex')

t.test('decodeGreeting() reads the methods, and waits for all of them (RFC 1928 §3)', async t => {
  t.strictSame(decodeGreeting(octets('05 02 00 02 ff')), { value: { methods: [0, 2] }, length: 4 })
  for (const partial of ['', '05', '05 02', '05 02 00']) t.equal(decodeGreeting(octets(partial)), undefined, partial)
  t.strictSame(decodeGreeting(octets('05 00')), { value: { methods: [] }, length: 2 })
})

t.test('decodeGreeting() and decodeRequest() refuse another version: SOCKS 4, and HTTP', async t => {
  for (const other of ['04', '47 45 54 20'])
    for (const decode of [decodeGreeting, decodeRequest])
      t.throws(() => decode(octets(other)), { name: 'SocksSyntaxError', reply: undefined, message: /is not SOCKS 5/ })
})

t.test('decodeRequest() reads the three kinds of address, and leaves what follows (RFC 1928 §4, §5)', async t => {
  t.strictSame(decodeRequest(octets('05 01 00 01 7f140014 0050 99')), {
    value: { command: 1, destination: { kind: 'ipv4', host: '127.20.0.20', port: 80 } },
    length: 10,
  })
  t.strictSame(decodeRequest(Buffer.concat([octets('05 03 00 03 03'), Buffer.from('www'), octets('1f90')])), {
    value: { command: 3, destination: { kind: 'name', host: 'www', port: 8080 } },
    length: 10,
  })
  t.strictSame(decodeRequest(octets('05 01 00 04 20010db8000000000000000000000001 ffff')), {
    value: { command: 1, destination: { kind: 'ipv6', host: '2001:db8::1', port: 65535 } },
    length: 22,
  })
})

t.test('decodeRequest() waits at every octet of a request that is not complete', async t => {
  for (const whole of [
    '05 01 00 01 7f140014 0050',
    '05 01 00 03 02 6162 0050',
    `05 01 00 04 ${'00'.repeat(16)} 0050`,
  ]) {
    const request = octets(whole)
    for (let length = 0; length < request.length; length++)
      t.equal(decodeRequest(request.subarray(0, length)), undefined, `${whole}: ${length}`)
    t.equal(decodeRequest(request)?.length, request.length)
  }
})

t.test('decodeRequest() names the type of address that does not exist, and the empty name', async t => {
  t.throws(() => decodeRequest(octets('05 01 00 02')), { name: 'SocksSyntaxError', reply: 'addressTypeNotSupported' })
  t.throws(() => decodeRequest(octets('05 01 00 03 00')), { name: 'SocksSyntaxError', reply: 'generalFailure' })
  t.type(new SocksSyntaxError('x').message, 'string')
})

t.test('encodeReply() carries the bound address of either family (RFC 1928 §6)', async t => {
  t.equal(encodeReply('succeeded', { address: '127.0.0.1', port: 40000 }).toString('hex'), '050000017f0000019c40')
  t.equal(encodeReply('notAllowed').toString('hex'), '05020001000000000000')
  t.equal(
    encodeReply('succeeded', { address: '2001:db8::1', port: 1 }).toString('hex'),
    `05000004${'20010db8'}${'0'.repeat(23)}10001`,
  )
  t.equal(encodeReply('succeeded', { address: '::', port: 0 }).length, 22)
  t.strictSame(encodeMethod(0xff), octets('05ff'))
  t.strictSame(Object.values(REPLY), [0, 1, 2, 3, 4, 5, 6, 7, 8])
})
