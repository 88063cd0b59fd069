import t from 'tap'
import { decodeName, isAtOrBelow, nameKey, sameName, skipName, wireLength } from './name.ts'
import { formatName, parseName, TextError } from './name-text.ts'
import { FormatError, Reader } from './reader.ts'
import { Writer } from './writer.ts'

// RFC 1035 §4.1.4, the example: F.ISI.ARPA at 20, FOO.F.ISI.ARPA at 40, ARPA at 64, the root at 92.
const EXAMPLE = Buffer.alloc(93)
EXAMPLE.set(Buffer.from('\x01F\x03ISI\x04ARPA\x00', 'latin1'), 20)
EXAMPLE.set(Buffer.from('\x03FOO\xc0\x14', 'latin1'), 40)
EXAMPLE.set(Buffer.from('\xc0\x1a', 'latin1'), 64)

t.test('decodeName() reads the example of RFC 1035 §4.1.4', async t => {
  const cases: [number, string, number][] = [
    [20, 'F.ISI.ARPA.', 32],
    [40, 'FOO.F.ISI.ARPA.', 46],
    [64, 'ARPA.', 66],
    [92, '.', 93],
  ]
  for (const [offset, text, end] of cases) {
    const reader = new Reader(EXAMPLE, offset)
    t.equal(formatName(decodeName(reader)), text)
    t.equal(reader.offset, end, `${text} ends at ${end}`)
    const skipping = new Reader(EXAMPLE, offset)
    skipName(skipping)
    t.equal(skipping.offset, end, 'skipName() ends there too')
  }
})

t.test('Writer.compressedName() writes the names of that example in the same number of octets', async t => {
  const writer = new Writer()
  for (const text of ['F.ISI.ARPA.', 'FOO.F.ISI.ARPA.', 'ARPA.', '.']) writer.compressedName(parseName(text))
  t.equal(writer.finish().toString('latin1'), '\x01F\x03ISI\x04ARPA\x00' + '\x03FOO\xc0\x00' + '\xc0\x06' + '\x00')
})

t.test('decodeName() refuses pointers to itself, forward, and into the same name', async t => {
  const refused = (octets: string, why: RegExp, offset = 0) =>
    t.throws(() => decodeName(new Reader(Buffer.from(octets, 'latin1'), offset)), { name: 'FormatError', message: why })
  refused('\xc0\x00', /does not point to an earlier name/) // a pointer to itself
  refused('\x01a\xc0\x04\x00', /does not point to an earlier name/) // a pointer forward
  refused('\x01a\xc0\x00', /does not point to an earlier name/) // into the same name: a loop
  refused('\x03ab', /ends inside a label/)
  refused('\x01a', /ends inside a name/)
  refused('\x01a\xc0', /ends inside a pointer/)
  refused('\x41a\x00', /label type 1/)
  refused('\x80a\x00', /label type 2/)
  refused(`${`\x3f${'a'.repeat(63)}`.repeat(4)}\x00`, /longer than 255/)
})

t.test('decodeName() follows at most 126 pointers, so the work is bounded for any message', async t => {
  // 0: the root; then pointer after pointer, each to the one before.
  const octets = Buffer.alloc(1 + 2 * 200)
  for (let i = 0; i < 200; i++) octets.writeUInt16BE(0xc000 | (i === 0 ? 0 : 1 + 2 * (i - 1)), 1 + 2 * i)
  t.strictSame(decodeName(new Reader(octets, 1 + 2 * 100)), [], '101 pointers are followed')
  const reader = new Reader(octets, 1 + 2 * 199)
  t.throws(() => decodeName(reader), /too many pointers/)
  t.ok(reader.itemsRead <= 128, `${reader.itemsRead} steps`)
})

t.test('a name of 255 octets is accepted, one of 256 is not (RFC 1035 §2.3.4)', async t => {
  const label = 'a'.repeat(63)
  const longest = `${label}.${label}.${label}.${'a'.repeat(61)}.`
  t.equal(wireLength(parseName(longest)), 255)
  t.throws(() => parseName(`${label}.${label}.${label}.${'a'.repeat(62)}.`), TextError)
  const writer = new Writer()
  writer.name(parseName(longest))
  t.equal(formatName(decodeName(new Reader(writer.finish()))), longest)
})

t.test('parseName() and formatName() agree on every octet (RFC 1035 §5.1)', async t => {
  for (let octet = 0; octet < 256; octet++) {
    const name = [`a${String.fromCharCode(octet)}b`, 'br']
    t.strictSame(parseName(formatName(name)), name, `octet ${octet}: ${formatName(name)}`)
  }
  t.equal(formatName(['a.b', 'br']), 'a\\.b.br.')
})

t.test('parseName() reads relative names, @ and the root', async t => {
  const origin = ['meutrabalho', 'com', 'br']
  t.strictSame(parseName('www', origin), ['www', ...origin])
  t.strictSame(parseName('www.', origin), ['www'])
  t.strictSame(parseName('@', origin), origin)
  t.strictSame(parseName('.', origin), [])
  t.strictSame(parseName('a\\.', origin), ['a.', ...origin], 'an escaped dot does not end the name')
})

t.test('parseName() explains the error', async t => {
  for (const [text, why] of [
    ['a..b', /empty label/],
    ['.a', /empty label/],
    ['', /empty label/],
    ['a'.repeat(64), /64 octets; the limit is 63/],
    ['a\\', /ends in a backslash/],
    ['a\\256', /not an octet/],
    ['a\\1', /not an octet/],
  ] as const) {
    t.throws(() => parseName(text), { name: 'TextError', message: why }, JSON.stringify(text))
  }
})

t.test('comparison of names ignores the case of ASCII letters, and nothing else (RFC 4343)', async t => {
  t.ok(sameName(['WWW', 'Br'], ['www', 'bR']))
  t.notOk(sameName(['\xc9'], ['\xe9']), 'É and é are octets, not letters')
  t.notOk(sameName(['[', 'br'], ['{', 'br']), 'the octets after Z differ by the same bit')
  t.ok(isAtOrBelow(['a', 'b', 'C'], ['B', 'c']))
  t.notOk(isAtOrBelow(['ab', 'c'], ['b', 'c']))
  t.notOk(isAtOrBelow(['c'], ['b', 'c']))
  t.not(nameKey(['a.b']), nameKey(['a', 'b']), 'a dot inside a label does not separate labels')
  t.ok(nameKey(['a', 'b', 'c']).endsWith(nameKey(['B', 'C'])), "an ancestor's key is a suffix")
})

t.test('Reader throws FormatError at the end, never reads beyond it', async t => {
  const reader = new Reader(Buffer.from([1, 2, 3]))
  t.equal(reader.u16(), 0x0102)
  t.throws(() => reader.u16(), FormatError)
  t.throws(() => reader.bytes(2), FormatError)
  t.equal(reader.u8(), 3)
})
