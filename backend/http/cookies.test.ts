import t from 'tap'
import { clearCookie, cookieNamed, setCookie } from './cookies.ts'

t.test('cookieNamed() finds one among others (RFC 6265 §4.2.1)', async t => {
  t.equal(cookieNamed('a=1; sid=xyz; b=2', 'sid'), 'xyz')
  t.equal(cookieNamed('sid=first; sid=second', 'sid'), 'first')
  t.equal(cookieNamed('xsid=1;sid =2', 'sid'), '2')
  for (const field of [undefined, '', 'sid', '=sid', 'SID=1', 'sidx=1']) t.equal(cookieNamed(field, 'sid'), undefined)
})

t.test('setCookie() is HttpOnly and Lax, and over HTTPS Secure with the __Host- prefix', async t => {
  t.equal(setCookie('xyz', false), 'sid=xyz; Path=/; HttpOnly; SameSite=Lax')
  t.equal(setCookie('xyz', true), '__Host-sid=xyz; Path=/; HttpOnly; SameSite=Lax; Secure')
  t.equal(clearCookie(false), 'sid=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0')
})
