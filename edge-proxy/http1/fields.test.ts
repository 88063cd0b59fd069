import t from 'tap'
import { refusal } from '../testing/refusal.ts'
import { firstValue, listOf, parseFields, valuesOf } from './fields.ts'
import { REQUEST_LIMITS } from './limits.ts'

const parse = (text: string) => parseFields(text, 0, REQUEST_LIMITS)

t.test('parseFields() reads name, key and value, without the white space around the value (RFC 9112 §5.1)', async t => {
  t.same(parse('Host: a\r\nX-Odd:\t b \t\r\nEmpty:'), [
    { name: 'Host', key: 'host', value: 'a' },
    { name: 'X-Odd', key: 'x-odd', value: 'b' },
    { name: 'Empty', key: 'empty', value: '' },
  ])
  t.same(parse(''), [])
})

t.test('parseFields() names the section of the rule that a line breaks', async t => {
  const refused: [text: string, status: number, rule: string][] = [
    ['Host : a', 400, 'RFC 9112 §5.1'],
    ['A: 1\r\n folded', 400, 'RFC 9112 §5.2'],
    ['no colon', 400, 'RFC 9112 §5'],
    [': nameless', 400, 'RFC 9110 §5.1'],
    ['A: \x01', 400, 'RFC 9110 §5.5'],
    ['A: a\rb', 400, 'RFC 9110 §5.5'],
    [`A: ${'x'.repeat(8190)}`, 431, 'RFC 6585 §5'],
    ['A: 1\r\n'.repeat(101), 431, 'RFC 6585 §5'],
  ]
  for (const [text, status, rule] of refused)
    t.throws(() => parse(text), refusal(status, rule), JSON.stringify(text.slice(0, 20)))
})

t.test(
  'parseFields() accepts every octet that is allowed in a value, and refuses all others (RFC 9110 §5.5)',
  async t => {
    for (let octet = 0; octet < 256; octet++) {
      const text = `A: x${String.fromCharCode(octet)}x`
      const allowed = octet === 0x09 || (octet >= 0x20 && octet !== 0x7f)
      if (allowed) t.equal(parse(text)[0]?.value.charCodeAt(1), octet)
      else t.throws(() => parse(text), refusal(400))
    }
  },
)

t.test('firstValue(), valuesOf() and listOf() find fields in any case', async t => {
  const fields = parse('Connection: Close, ,X-A\r\nX-A: 1\r\nconnection:x-b')
  t.equal(firstValue(fields, 'x-a'), '1')
  t.equal(firstValue(fields, 'x-c'), undefined)
  t.same(valuesOf(fields, 'connection'), ['Close, ,X-A', 'x-b'])
  t.same(listOf(fields, 'connection'), ['close', 'x-a', 'x-b'])
})

t.test('listOf() needs no more time for spaces than for letters', async t => {
  // With a regular expression, a request of 16 KiB kept the edge busy for 0.1 s: two letters in Connection with spaces between.
  const value = `a${' '.repeat(300_000)}b,\xa0c\t `
  const begun = process.cpuUsage()
  t.same(listOf([{ name: 'Connection', key: 'connection', value }], 'connection').at(-1), '\xa0c')
  t.ok(process.cpuUsage(begun).user < 5e6, 'microseconds of this process; quadratic time would be half a minute')
})
