import t from 'tap'
import { parseWeightedList } from './weighted-list.ts'

const weights = (value: string) => parseWeightedList(value).map(({ item, weight }) => [item, weight])

t.test('parseWeightedList() reads the examples of RFC 9110 §12.5.1 and §12.5.3', async t => {
  t.strictSame(parseWeightedList('text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, text/plain;q=0.5, */*'), [
    { item: 'text/*', weight: 0.3, parameters: [] },
    { item: 'text/plain', weight: 0.7, parameters: [] },
    { item: 'text/plain', weight: 1, parameters: ['format=flowed'] },
    { item: 'text/plain', weight: 0.5, parameters: [] },
    { item: '*/*', weight: 1, parameters: [] },
  ])
  t.strictSame(weights('gzip;q=1.0, identity; q=0.5, *;q=0'), [
    ['gzip', 1],
    ['identity', 0.5],
    ['*', 0],
  ])
})

t.test('parseWeightedList() ignores upper and lower case, blanks and empty elements (§5.6.1.2)', async t => {
  t.strictSame(weights(' ,, GZip ;\tQ=0.123 ,br'), [
    ['gzip', 0.123],
    ['br', 1],
  ])
  t.strictSame(weights(''), [])
})

t.test('parseWeightedList() leaves out what is not in the grammar, and keeps the rest (§12.4.2)', async t => {
  for (const bad of [
    'br;q=2',
    'br;q=-1',
    'br;q=0.1234',
    'br;q=1.001',
    'br;q=',
    'br;q=.5',
    'b r',
    'a/b/c',
    '/',
    '"br"',
  ]) {
    t.strictSame(weights(`${bad}, gzip;q=0.`), [['gzip', 0]], bad)
  }
})

t.test('parseWeightedList() reads only the beginning of a list that is far too long', async t => {
  t.equal(parseWeightedList('a,'.repeat(10_000)).length, 32)
  t.strictSame(parseWeightedList(`a${';'.repeat(100_000)}q=0`).length, 1, 'nor does it take long over one element')
})
