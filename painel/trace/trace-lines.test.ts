import t from 'tap'
import type { Hop, Journey } from '../journeys/journey.ts'
import { equivalentCommands, hexDump, traceLines } from './trace-lines.ts'

const hop = (component: string, time: number, more: Partial<Hop> = {}): Hop => ({
  hop: 'client',
  component,
  kind: 'client.lookup',
  at: '2026-01-01T00:00:00.000Z',
  time,
  ms: null,
  reason: 'Aconteceu.',
  reasonEn: 'It happened.',
  detail: {},
  from: 'client',
  to: 'client',
  failed: false,
  ...more,
})

const journey: Journey = {
  id: 'id-1',
  method: 'GET',
  target: '/',
  state: 'answered',
  status: 200,
  frontend: 'frontend2',
  backend: null,
  milliseconds: 3.14,
  at: '2026-01-01T00:00:00.000Z',
  hops: [
    hop('ns1', 100, { hop: 'dns', octets: { query: '0102' } }),
    hop('client', 101, { ms: 2, octets: { query: '0102' } }),
    hop('client', 102, { kind: 'client.address', detail: { address: '127.20.0.21' } }),
    hop('frontend2', 103, {
      hop: 'edge',
      octets: { received: Buffer.from('GET / HTTP/1.1\r\nhost: x').toString('hex') },
    }),
  ],
}
const context = {
  url: new URL("http://www.meutrabalho.com.br/it's"),
  dns: { address: '127.20.0.5', port: 53 },
  httpPort: 8080,
  silent: ['backend2'],
}

t.test('equivalentCommands() asks the same server, and connects to the same address', async t => {
  const { dig, curl } = equivalentCommands(journey, context)
  t.equal(dig, 'dig @127.20.0.5 -p 53 www.meutrabalho.com.br A')
  t.equal(
    curl,
    "curl -i --connect-to ::127.20.0.21:8080 -H 'X-Request-Id: id-1' 'http://www.meutrabalho.com.br/it%27s'",
  )
})

t.test('traceLines() prints each hop with its time, and octets once', async t => {
  const lines = traceLines(journey, context)
  t.ok(lines.includes(' 1     1.0 ms  ns1 [dns]'))
  t.ok(lines.includes(' 2     2.0 ms  client [client]  (2.0 ms)'))
  t.ok(lines.includes('      0000  01 02                                            ..'))
  t.ok(lines.includes('    consulta · query, 2 bytes: os mesmos do passo 1 · the same as in step 1'))
  t.ok(lines.includes('      | GET / HTTP/1.1'))
  t.match(lines[2], /^! backend2: /)
})

t.test('hexDump() has 16 octets in a line', async t => {
  const lines = hexDump(Buffer.from('0123456789abcdef\x00é', 'latin1'))
  t.equal(lines.length, 2)
  t.equal(lines[0]?.slice(-16), '0123456789abcdef')
  t.match(lines[1], /^0010 {2}00 e9 .* \.\.$/)
})
