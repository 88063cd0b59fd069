import { Packet } from 'dns2'
import t from 'tap'
import { readAddresses } from './address-answer.ts'

type SampleRecord = Partial<Packet['answers'][number]> & { name: string; type: number }

function message(answers: SampleRecord[], authorities: SampleRecord[] = [], rcode = 0): Packet {
  const packet = new Packet()
  packet.header.rcode = rcode
  packet.answers = answers as Packet['answers']
  packet.authorities = authorities as Packet['authorities']
  return packet
}

const { A, AAAA, CNAME, SOA } = Packet.TYPE
const soa = { name: 'example', type: SOA, ttl: 60, minimum: 30 }

t.test('readAddresses() keeps the order of the response and the smallest TTL (RFC 2181 §5.2)', async t => {
  const found = readAddresses(
    message([
      { name: 'WWW.example', type: A, ttl: 5, address: '192.0.2.2' },
      { name: 'www.example', type: A, ttl: 4, address: '192.0.2.1' },
      { name: 'other.example', type: A, ttl: 1, address: '192.0.2.9' },
      { name: 'www.example', type: AAAA, ttl: 1, address: '2001:db8::1' },
    ]),
    'www.example.',
    'A',
  )
  t.strictSame(found, { outcome: 'addresses', rcode: 'NOERROR', addresses: ['192.0.2.2', '192.0.2.1'], ttl: 4 })
})

t.test('readAddresses() follows aliases, and the alias bounds the TTL (RFC 1034 §3.6.2)', async t => {
  const alias = { name: 'site.example', type: CNAME, ttl: 2, domain: 'www.example' }
  const found = readAddresses(
    message([alias, { name: 'www.example', type: A, ttl: 5, address: '192.0.2.1' }]),
    'site.example',
    'A',
  )
  t.match(found, { outcome: 'addresses', addresses: ['192.0.2.1'], ttl: 2 })
  const circle = message([alias, { name: 'www.example', type: CNAME, ttl: 9, domain: 'site.example' }], [soa])
  t.match(readAddresses(circle, 'site.example', 'A'), { outcome: 'nodata', addresses: [], ttl: 2 })
})

t.test(
  'readAddresses() distinguishes NODATA and NXDOMAIN; both are kept as the SOA record says (RFC 2308 §2, §5)',
  async t => {
    t.strictSame(readAddresses(message([], [soa]), 'www.example', 'AAAA'), {
      outcome: 'nodata',
      rcode: 'NOERROR',
      addresses: [],
      ttl: 30,
    })
    t.match(readAddresses(message([], [soa], 3), 'no.example', 'A'), {
      outcome: 'nxdomain',
      rcode: 'NXDOMAIN',
      ttl: 30,
    })
    t.match(readAddresses(message([]), 'www.example', 'A'), { outcome: 'nodata', ttl: 0 }, 'no SOA record: not kept')
  },
)

t.test('readAddresses() takes any other rcode as no answer about the name', async t => {
  t.match(readAddresses(message([], [], 5), 'example.com', 'A'), { outcome: 'failed', rcode: 'REFUSED', ttl: 0 })
  t.match(readAddresses(message([], [], 14), 'example.com', 'A'), { outcome: 'failed', rcode: 'RCODE14' })
})
