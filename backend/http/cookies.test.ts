import t from 'tap'
import { clearCookie, setCookie } from './cookies.ts'

t.test('setCookie() is HttpOnly and Lax, and over HTTPS Secure with the __Host- prefix', async t => {
  t.equal(setCookie('xyz', false), 'sid=xyz; Path=/; HttpOnly; SameSite=Lax')
  t.equal(setCookie('xyz', true), '__Host-sid=xyz; Path=/; HttpOnly; SameSite=Lax; Secure')
  t.equal(clearCookie(false), 'sid=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0')
})
