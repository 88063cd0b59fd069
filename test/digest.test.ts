import t from 'tap'
import { Digest } from './digest.ts'

const digest = (tap: string) => {
  const digest = new Digest(12)
  return { lines: tap.split('\n').flatMap(line => digest.take(line)), counts: digest.counts, skipped: digest.skipped }
}

t.test('Digest gives a file that passed one line, and names what was skipped', async t => {
  const { lines, counts, skipped } = digest(`TAP version 14
# Subtest: a.test.ts
    # Subtest: it works
        ok 1 - yes
        1..1
    ok 1 - it works # time=2ms
    ok 2 - in a browser # SKIP chromium is not installed
    1..2
ok 1 - a.test.ts # time=1234.5ms
# { total: 3, pass: 2, skip: 1 }`)
  t.strictSame(lines, [
    'ok        1.2 s   1 of 12  a.test.ts',
    '    ok 2 - in a browser # SKIP chromium is not installed',
  ])
  t.strictSame(counts, { pass: 2, fail: 0, skip: 1 })
  t.strictSame(skipped, ['    ok 2 - in a browser # SKIP chromium is not installed'])
})

t.test('Digest keeps of a file that failed all that is not a pass', async t => {
  const { lines } = digest(`# Subtest: a.test.ts
    ok 1 - fine
    not ok 2 - should be equal
      ---
      diff: |
        -1
        +2
      ...
    1..2
not ok 1 - a.test.ts # time=5ms`)
  t.strictSame(lines, [
    'not ok    0.0 s   1 of 12  a.test.ts',
    '    not ok 2 - should be equal',
    '      ---',
    '      diff: |',
    '        -1',
    '        +2',
    '      ...',
  ])
})

t.test('Digest.slowest() has the files that took longest, the slowest first', async t => {
  const digest = new Digest(3)
  for (const [file, ms] of [
    ['a', 900],
    ['b', 12_345],
    ['c', 1000],
  ])
    digest.take(`ok 1 - ${file}.test.ts # time=${ms}ms`)
  t.strictSame(digest.slowest(2), [' 12.3 s  b.test.ts', '  1.0 s  c.test.ts'])
})
