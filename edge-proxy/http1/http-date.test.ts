import t from 'tap'
import { parseHttpDate } from './http-date.ts'

const NOW = Date.UTC(2026, 0, 1)
const NOVEMBER_1994 = Date.UTC(1994, 10, 6, 8, 49, 37)

t.test('parseHttpDate() reads the three formats of RFC 9110 §5.6.7, with its own examples', async t => {
  t.equal(parseHttpDate('Sun, 06 Nov 1994 08:49:37 GMT', NOW), NOVEMBER_1994)
  t.equal(parseHttpDate('Sunday, 06-Nov-94 08:49:37 GMT', NOW), NOVEMBER_1994)
  t.equal(parseHttpDate('Sun Nov  6 08:49:37 1994', NOW), NOVEMBER_1994)
})

t.test(
  'parseHttpDate() reads two digits as a past year when they would be more than 50 years ahead (§5.6.7)',
  async t => {
    t.equal(parseHttpDate('Friday, 06-Nov-76 00:00:00 GMT', NOW), Date.UTC(2076, 10, 6))
    t.equal(parseHttpDate('Saturday, 06-Nov-77 00:00:00 GMT', NOW), Date.UTC(1977, 10, 6))
  },
)

t.test('parseHttpDate() returns undefined for every other text', async t => {
  const wrong = [
    '',
    '1994-11-06T08:49:37Z',
    'Sun, 06 Nov 1994 08:49:37 UTC',
    'Sun, 06 Nov 1994 08:49:37 +0000',
    'sun, 06 nov 1994 08:49:37 gmt',
    'Sun, 6 Nov 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 24:00:00 GMT',
    'Sun, 31 Feb 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT',
    '0',
  ]
  for (const text of wrong) t.equal(parseHttpDate(text, NOW), undefined, text)
})

t.test('parseHttpDate() reads every date that Date.toUTCString() writes', async t => {
  for (let i = 0; i < 500; i++) {
    const at = i * 12_345_678_000
    t.equal(parseHttpDate(new Date(at).toUTCString(), NOW), at)
  }
})
