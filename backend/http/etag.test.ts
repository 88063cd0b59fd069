import t from 'tap'
import { etagOf, ifMatch, isUnchanged } from './etag.ts'

t.test('ifMatch() compares strongly: a weak tag never matches (RFC 9110 §13.1.1, §8.8.3.2)', async t => {
  t.ok(ifMatch(undefined, etagOf(7)))
  for (const field of ['"7"', '*', '"6", "7"']) t.ok(ifMatch(field, '"7"'), field)
  for (const field of ['"6"', 'W/"7"', '7', '', '"77"']) t.notOk(ifMatch(field, '"7"'), field)
})

t.test('isUnchanged() compares weakly (RFC 9110 §13.1.2)', async t => {
  t.notOk(isUnchanged(undefined, '"7"'))
  for (const field of ['"7"', 'W/"7"', '*', 'W/"6", W/"7"']) t.ok(isUnchanged(field, '"7"'), field)
  for (const field of ['"6"', '7', '']) t.notOk(isUnchanged(field, '"7"'), field)
})
