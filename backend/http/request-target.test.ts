import t from 'tap'
import { parseTarget } from './request-target.ts'

t.test('parseTarget() splits the origin-form (RFC 9112 §3.2.1)', async t => {
  t.strictSame(parseTarget('/usuarios?limit=2&after=1'), { path: '/usuarios', query: 'limit=2&after=1' })
  t.strictSame(parseTarget('/perfil'), { path: '/perfil', query: '' })
  t.strictSame(parseTarget('/a?b?c'), { path: '/a', query: 'b?c' })
  t.strictSame(parseTarget('//evil.example/perfil'), { path: '//evil.example/perfil', query: '' }, 'not an authority')
})

t.test('parseTarget() accepts the absolute-form (RFC 9112 §3.2.2)', async t => {
  t.strictSame(parseTarget('http://www.meutrabalho.com.br/perfil?x'), { path: '/perfil', query: 'x' })
  t.strictSame(parseTarget('HTTP://127.0.0.1:8081'), { path: '/', query: '' })
  t.strictSame(parseTarget('http://h?x'), { path: '/', query: 'x' })
})

t.test(
  'parseTarget() leaves the asterisk-form unchanged, and a text that has none of the forms (RFC 9112 §3.2.4)',
  async t => {
    t.strictSame(parseTarget('*'), { path: '*', query: '' })
    t.strictSame(parseTarget('perfil'), { path: 'perfil', query: '' })
    t.strictSame(parseTarget('ftp://h/perfil'), { path: 'ftp://h/perfil', query: '' })
  },
)
