import t from 'tap'
import { decodeEnvelope, encodeEnvelope, newMessage } from './envelope.ts'

const message = newMessage(
  { key: 'k', type: 'cadastro.recebido', requestId: 'r1', body: { id: 1 } },
  Date.UTC(2026, 0, 1),
)

t.test('decodeEnvelope() reads what encodeEnvelope() has written', async t => {
  t.strictSame(decodeEnvelope(encodeEnvelope(message)), { message })
  t.equal(message.at, '2026-01-01T00:00:00.000Z')
})

t.test('encodeEnvelope() refuses a body that no consumer would accept', async t => {
  t.throws(() => encodeEnvelope({ ...message, body: 'x'.repeat(70_000) }), RangeError)
})

t.test('decodeEnvelope() says what is wrong with each bad text', async t => {
  const bad: [value: unknown, fault: RegExp][] = [
    [null, /not a JSON object/],
    ['text', /not a JSON object/],
    [{}, /version undefined is unknown/],
    [{ ...message, version: '1' }, /version "1" is unknown/],
    [{ ...message, version: 2 }, /version 2 is unknown/],
    [{ ...message, key: '' }, /"key"/],
    [{ ...message, key: 'x'.repeat(129) }, /"key"/],
    [{ ...message, type: 'No Type' }, /"type"/],
    [{ ...message, at: 'yesterday' }, /"at"/],
    [{ ...message, requestId: 'two words' }, /"requestId"/],
    [{ ...message, id: 5 }, /"id"/],
    [{ ...message, body: undefined }, /"body"/],
    [{ ...message, constructor: 1 }, /"constructor" is not known/],
  ]
  for (const [value, fault] of bad) t.match(decodeEnvelope(JSON.stringify(value)), { fault }, JSON.stringify(value))
  t.match(decodeEnvelope(`${JSON.stringify(message)},`), { fault: /not JSON/ })
})
