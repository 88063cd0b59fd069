import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { queryOf, serviceOf, zoneOf } from '../testing/ask.ts'
import { decodeMessage } from '../wire/message.ts'
import { Compiled } from './compiled.ts'

const zone = (address: string, extra = '') =>
  zoneOf('z.', `$TTL 60\n@ SOA ns host 1 2 3 4 5\n@ NS ns\nns A 192.0.2.1\nwww A ${address}\n${extra}`)
const WWW = queryOf('www.z.', 'A')

async function ready(compiled: Compiled): Promise<void> {
  while (compiled.size === 0) await turn()
}

t.test('answer() leaves queries to the plain path until the zones are compiled', async t => {
  const { zones, orderer } = serviceOf(zone('192.0.2.80'))
  const counted: string[] = []
  const compiled = new Compiled(zones, orderer, (type, rcode) => counted.push(`${type} ${rcode}`))
  t.equal(compiled.answer(WWW), undefined)
  await ready(compiled)
  t.match(decodeMessage(compiled.answer(WWW) ?? Buffer.alloc(0)).answer, [{ data: { address: '192.0.2.80' } }])
  t.strictSame(counted, ['1 0'], 'and counts its answers')
})

t.test('a changed zone is never answered from the old table', async t => {
  const { zones, orderer } = serviceOf(zone('192.0.2.80'))
  const compiled = new Compiled(zones, orderer, () => {})
  await ready(compiled)
  zones.put(zone('192.0.2.81'))
  t.equal(compiled.answer(WWW), undefined, 'immediately after the change')
  zones.put(zone('192.0.2.82', Array.from({ length: 500 }, (_, i) => `h${i} A 192.0.2.3\n`).join('')))
  t.equal(compiled.answer(WWW), undefined, 'changed again during compilation')
  await ready(compiled)
  t.match(decodeMessage(compiled.answer(WWW) ?? Buffer.alloc(0)).answer, [{ data: { address: '192.0.2.82' } }])
  t.equal(compiled.size, 504)
})

t.test('a zone that is held is not answered from the table', async t => {
  const { zones, orderer } = serviceOf(zone('192.0.2.80'))
  const compiled = new Compiled(zones, orderer, () => {})
  await ready(compiled)
  zones.hold(['z'], 'expired')
  t.equal(compiled.answer(WWW), undefined)
  await turn()
  await turn()
  t.equal(compiled.answer(WWW), undefined)
})

t.test('Compiled accepts a zone whose name is too long for any name below it (RFC 1035 §2.3.4)', async t => {
  const origin = `${`${'a'.repeat(63)}.`.repeat(3)}${'b'.repeat(60)}.`
  const { zones, orderer } = serviceOf(
    zoneOf(origin, '$TTL 60\n@ SOA ns1.x. r. 1 60 60 60 60\n@ NS ns1.x.\n@ A 192.0.2.1\n'),
  )
  const compiled = new Compiled(zones, orderer, () => {})
  await ready(compiled)
  t.match(decodeMessage(compiled.answer(queryOf(origin, 'A')) ?? Buffer.alloc(0)).answer, [
    { data: { address: '192.0.2.1' } },
  ])
})
