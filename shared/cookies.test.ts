import t from 'tap'
import { cookieValues } from './cookies.ts'

t.test('cookieValues() finds a cookie among others (RFC 6265 §4.2.1)', async t => {
  t.strictSame(cookieValues('a=1; sid=xyz; b=2', 'sid'), ['xyz'])
  t.strictSame(cookieValues('xsid=1;sid =2', 'sid'), ['2'])
  t.strictSame(cookieValues('sid=a=b', 'sid'), ['a=b'], 'the first = ends the name')
  for (const field of [undefined, '', 'sid', '=sid', 'SID=1', 'sidx=1']) t.strictSame(cookieValues(field, 'sid'), [])
})

t.test('cookieValues() gives every value of a cookie that was sent more than once, in order (§5.4)', async t => {
  t.strictSame(cookieValues('sid=first; x=1; sid=second', 'sid'), ['first', 'second'])
})
