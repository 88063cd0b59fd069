import t from 'tap'
import { CookieJar } from './cookie-jar.ts'

t.test('CookieJar sends a cookie to the host that set it, and to no other', async t => {
  const jar = new CookieJar()
  jar.take('www.example', ['sid=a=b; Path=/; HttpOnly; SameSite=Lax', 'theme=dark'], 0)
  t.equal(jar.fieldFor('www.example', 1), 'sid=a=b; theme=dark')
  t.equal(jar.fieldFor('ingressos.example', 1), undefined)
  jar.take('www.example', ['sid=new'], 2)
  t.equal(jar.fieldFor('www.example', 3), 'sid=new; theme=dark')
  jar.clear()
  t.equal(jar.fieldFor('www.example', 4), undefined)
})

t.test('CookieJar: Max-Age goes before Expires, and both can delete (RFC 6265 §5.3)', async t => {
  const jar = new CookieJar()
  jar.take('h', ['a=1; Max-Age=2; Expires=Thu, 01 Jan 1970 00:00:00 GMT', 'b=2; max-age=0', 'c=3; Max-Age=soon'], 0)
  t.equal(jar.fieldFor('h', 1999), 'a=1; c=3')
  t.equal(jar.fieldFor('h', 2000), 'c=3')
  jar.take('h', ['c=; Expires=Thu, 01 Jan 1970 00:00:00 GMT'], 1000)
  t.equal(jar.fieldFor('h', 2000), undefined)
})

t.test('CookieJar ignores what has no name (RFC 6265 §5.2)', async t => {
  const jar = new CookieJar()
  jar.take('h', ['=x', 'x', ''], 0)
  t.equal(jar.fieldFor('h', 1), undefined)
})
