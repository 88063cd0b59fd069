import t from 'tap'
import type { Field } from '../http1/fields.ts'
import { evaluatePreconditions, ifRangeHolds, type Precondition } from './preconditions.ts'

const CHANGED = 'Sun, 06 Nov 1994 08:49:37 GMT'
const BEFORE = 'Sun, 06 Nov 1994 08:49:36 GMT'
const AFTER = 'Sun, 06 Nov 1994 08:49:38 GMT'
const own = { etag: '"xyzzy"', lastModified: Date.UTC(1994, 10, 6, 8, 49, 37) }

const fieldsOf = (lines: readonly (readonly [string, string])[]): Field[] =>
  lines.map(([name, value]) => ({ name, key: name.toLowerCase(), value }))

const outcome = (...lines: (readonly [string, string])[]) =>
  evaluatePreconditions(fieldsOf(lines), own, Date.UTC(2026, 0, 1))

t.test('evaluatePreconditions() compares If-None-Match weakly (RFC 9110 §13.1.2)', async t => {
  const cases: [list: string, expected: Precondition][] = [
    ['"xyzzy"', 'not modified'],
    ['W/"xyzzy"', 'not modified'],
    ['"xyzzy", "r2d2xxxx", "c3piozzzz"', 'not modified'],
    ['"r2d2xxxx" ,W/"xyzzy"', 'not modified'],
    ['"a,b", "xyzzy"', 'not modified'],
    [',, "xyzzy"', 'not modified'],
    ['*', 'not modified'],
    ['"other"', 'proceed'],
    ['"Xyzzy"', 'proceed'],
    ['xyzzy', 'proceed'],
    ['"xyzzy', 'proceed'],
    ['"a" "xyzzy"', 'proceed'],
    ['w/"xyzzy"', 'proceed'],
    ['', 'proceed'],
    ['*, "xyzzy"', 'proceed'],
  ]
  for (const [list, expected] of cases) t.equal(outcome(['If-None-Match', list]), expected, list)
  t.equal(outcome(['If-None-Match', '"a"'], ['if-none-match', '"xyzzy"']), 'not modified', 'two fields are one list')
})

t.test('evaluatePreconditions() compares If-Match strongly (§13.1.1)', async t => {
  t.equal(outcome(['If-Match', '"xyzzy"']), 'proceed')
  t.equal(outcome(['If-Match', '*']), 'proceed')
  t.equal(outcome(['If-Match', 'W/"xyzzy"']), 'failed')
  t.equal(outcome(['If-Match', '"other"']), 'failed')
})

t.test('evaluatePreconditions() compares dates to the second (§13.1.3, §13.1.4)', async t => {
  t.equal(outcome(['If-Modified-Since', CHANGED]), 'not modified')
  t.equal(outcome(['If-Modified-Since', AFTER]), 'not modified')
  t.equal(outcome(['If-Modified-Since', BEFORE]), 'proceed')
  t.equal(outcome(['If-Unmodified-Since', CHANGED]), 'proceed')
  t.equal(outcome(['If-Unmodified-Since', BEFORE]), 'failed')
})

t.test('evaluatePreconditions() ignores an invalid date, and a date field that occurs twice (§13.1.3)', async t => {
  t.equal(outcome(['If-Modified-Since', 'yesterday']), 'proceed')
  t.equal(outcome(['If-Modified-Since', CHANGED], ['If-Modified-Since', CHANGED]), 'proceed')
  t.equal(outcome(['If-Unmodified-Since', '-1']), 'proceed')
})

t.test('evaluatePreconditions() follows the order of RFC 9110 §13.2.2', async t => {
  // "A recipient MUST ignore If-Modified-Since if the request contains an If-None-Match header field" (§13.1.3)
  t.equal(outcome(['If-None-Match', '"other"'], ['If-Modified-Since', CHANGED]), 'proceed')
  t.equal(outcome(['If-None-Match', '"xyzzy"'], ['If-Modified-Since', BEFORE]), 'not modified')
  t.equal(outcome(['If-Match', '"xyzzy"'], ['If-Unmodified-Since', BEFORE]), 'proceed')
  t.equal(outcome(['If-Match', '"other"'], ['If-None-Match', '"xyzzy"']), 'failed')
  t.equal(outcome(['If-Match', '"xyzzy"'], ['If-None-Match', '"xyzzy"']), 'not modified')
  t.equal(outcome(['Accept', '*/*']), 'proceed')
})

t.test('ifRangeHolds() is true only for the strong tag itself (§13.1.5)', async t => {
  t.ok(ifRangeHolds([], own))
  t.ok(ifRangeHolds(fieldsOf([['If-Range', '"xyzzy"']]), own))
  for (const value of ['W/"xyzzy"', '"other"', CHANGED, AFTER, '*', '']) {
    t.notOk(ifRangeHolds(fieldsOf([['If-Range', value]]), own), value)
  }
  const twice = fieldsOf([
    ['If-Range', '"xyzzy"'],
    ['If-Range', '"xyzzy"'],
  ])
  t.notOk(ifRangeHolds(twice, own))
})
