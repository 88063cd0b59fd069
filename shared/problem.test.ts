import t from 'tap'
import { problem } from './problem.ts'

t.test('problem() is about:blank with the title of its status (RFC 9457 §4.2.1)', async t => {
  t.strictSame(problem(404, 'there is no user 7'), {
    type: 'about:blank',
    title: 'Not Found',
    status: 404,
    detail: 'there is no user 7',
  })
  t.equal(problem(431, '').title, 'Request Header Fields Too Large')
  t.equal(problem(499, '').title, 'Error')
})

t.test('problem() carries extension members (RFC 9457 §3.2)', async t => {
  t.match(problem(400, 'no', { rule: 'RFC 9112 §3.2' }), { status: 400, rule: 'RFC 9112 §3.2' })
})
