import t from 'tap'
import { type Coding, chooseCoding, parseAcceptEncoding } from './accept-encoding.ts'

const ALL: Coding[] = ['br', 'gzip', 'identity']

const choose = (field: string | undefined, available = ALL) =>
  chooseCoding(available, parseAcceptEncoding(field === undefined ? [] : [field]))

t.test('chooseCoding() picks the acceptable coding with the highest weight (RFC 9110 §12.5.3)', async t => {
  const cases: [field: string | undefined, coding: Coding | undefined][] = [
    [undefined, 'identity'],
    ['', 'identity'],
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip, deflate', 'gzip'],
    ['br;q=0.5, gzip;q=0.8', 'gzip'],
    ['br;q=0.5, gzip;q=0.5', 'br'],
    ['br;q=0', 'identity'],
    ['br;q=0.000, *', 'gzip'],
    ['*', 'br'],
    ['*;q=0.1', 'br'],
    ['gzip;q=0.001', 'gzip'],
    ['identity, gzip;q=0.5', 'identity'],
    ['compress', 'identity'],
    ['x-gzip', 'gzip'],
    ['GZIP', 'gzip'],
    ['gzip ;\tq=0.3 , br ; q=0.2', 'gzip'],
    [',, gzip ,,', 'gzip'],
  ]
  for (const [field, coding] of cases) t.equal(choose(field), coding, `Accept-Encoding: ${field}`)
})

t.test('chooseCoding() returns undefined when the client refuses every available coding (§12.5.3, rule 2)', async t => {
  t.equal(choose('identity;q=0, br;q=0, gzip;q=0'), undefined)
  t.equal(choose('*;q=0'), undefined)
  t.equal(choose('zstd, identity;q=0'), undefined)
  t.equal(choose('identity;q=0', ['identity']), undefined)
  t.equal(choose('*;q=0, identity;q=0.5'), 'identity')
  t.equal(choose('*;q=0, br'), 'br')
})

t.test('parseAcceptEncoding() ignores elements that do not match the grammar (§12.4.2)', async t => {
  const weights = parseAcceptEncoding(['br;q=2, gzip;q=1.5, deflate;q=0.1234, zstd;level=3, a b', 'identity;q=0.25'])
  t.strictSame([...(weights ?? [])], [['identity', 0.25]])
})

t.test('parseAcceptEncoding() reads several fields as one list (RFC 9110 §5.3)', async t => {
  t.equal(chooseCoding(ALL, parseAcceptEncoding(['gzip;q=0.5', 'br;q=0.9'])), 'br')
})
