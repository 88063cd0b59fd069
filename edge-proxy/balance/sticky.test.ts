import t from 'tap'
import { parseFields } from '../http1/fields.ts'
import { REQUEST_LIMITS } from '../http1/limits.ts'
import { stickyCookie, stickyName } from './sticky.ts'

const fields = (text: string) => parseFields(text, 0, REQUEST_LIMITS)

t.test('stickyName() finds its cookie among others (RFC 6265 §5.4)', async t => {
  t.equal(stickyName(fields('Cookie: sid=1; lab_backend=backend2; x=3')), 'backend2')
  t.equal(stickyName(fields('Cookie: sid=1\r\nCookie: lab_backend=backend3')), 'backend3')
  t.equal(stickyName(fields('Cookie: xlab_backend=backend2')), undefined)
  t.equal(stickyName(fields('Host: a')), undefined)
})

t.test('stickyCookie() is read back by stickyName()', async t => {
  t.equal(stickyName(fields(`Cookie: ${stickyCookie('backend1').split(';')[0]}`)), 'backend1')
})
