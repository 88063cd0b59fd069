import t from 'tap'
import { listsEntityTag } from './entity-tags.ts'

t.test('listsEntityTag() compares weakly: only the text counts (RFC 9110 §13.1.2, §8.8.3.2)', async t => {
  const tags = ['"7"', 'W/"7"', '"6", "7"', 'W/"6", W/"7"', '"6" ,W/"7"', '"a,b", "7"', ',, "7"', '*', ' * ']
  for (const list of tags) t.ok(listsEntityTag(list, '"7"', 'weak'), list)
  for (const list of ['"6"', '7', '', '"77"', '"7', '"6" "7"', 'w/"7"', '*, "7"']) {
    t.notOk(listsEntityTag(list, '"7"', 'weak'), list)
  }
})

t.test('listsEntityTag() compares strongly: a weak tag never matches (§13.1.1)', async t => {
  for (const list of ['"7"', '*', '"6", "7"', 'W/"7", "7"']) t.ok(listsEntityTag(list, '"7"', 'strong'), list)
  for (const list of ['"6"', 'W/"7"', '']) t.notOk(listsEntityTag(list, '"7"', 'strong'), list)
})
