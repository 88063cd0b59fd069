import t from 'tap'
import { booleanOf, membersOf, numberOf, wordOf } from './admin-body.ts'

const bad = (message: string | RegExp) => ({ name: 'AdminError', status: 400, message })

t.test('membersOf() accepts an object with known members alone', async t => {
  t.strictSame(membersOf({ a: 1 }, ['a', 'b']), { a: 1 })
  t.strictSame(membersOf({}, ['a']), {})
  t.strictSame(membersOf({ anything: 1 }), { anything: 1 })
  for (const body of [undefined, null, [], 'a', 1, true]) {
    t.throws(() => membersOf(body, ['a', 'b']), bad('the body must be a JSON object with some of: a, b'))
  }
  t.throws(
    () => membersOf({ a: 1, c: 2 }, ['a', 'b'], 'weights'),
    bad('weights has no member "c"; its members are a, b'),
  )
})

t.test('wordOf(), numberOf() and booleanOf() name the member, and what would be right', async t => {
  t.equal(wordOf({ mode: 'drain' }, 'mode', ['ready', 'drain']), 'drain')
  t.throws(
    () => wordOf({ mode: 'off' }, 'mode', ['ready', 'drain']),
    bad('"mode" must be one of ready, drain, not "off"'),
  )
  t.throws(() => wordOf({}, 'mode', ['ready']), bad('"mode" must be one of ready, not missing'))

  t.equal(numberOf({ weight: 100 }, 'weight', { min: 1, max: 100, whole: true }), 100)
  t.equal(numberOf({ share: 0.5 }, 'share', { min: 0, max: 1 }), 0.5)
  for (const weight of [0, 101, 1.5, '3', null, Number.NaN]) {
    t.throws(
      () => numberOf({ weight }, 'weight', { min: 1, max: 100, whole: true }),
      bad(/^"weight" must be a whole number/),
    )
  }

  t.throws(() => numberOf({}, 'burst', { min: 1, max: 2, within: 'logins' }), bad(/^"logins.burst" must be a number/))

  t.equal(booleanOf({ enabled: false }, 'enabled'), false)
  t.throws(() => booleanOf({ enabled: 'no' }, 'enabled'), bad('"enabled" must be true or false, not "no"'))
})
