import t from 'tap'
import { empty } from './reply.ts'
import { type Method, Router } from './router.ts'

const operation = { summary: '', answers: {} }
const route = (method: Method, path: string) => ({ method, path, handle: () => empty(), operation })
const router = new Router([
  route('GET', '/perfil'),
  route('POST', '/login'),
  route('GET', '/usuarios'),
  route('POST', '/usuarios'),
  route('GET', '/usuarios/:id'),
  route('DELETE', '/usuarios/:id'),
])

t.test('find() takes the route of that method and path, with its id', async t => {
  t.match(router.find('GET', '/perfil'), { route: { path: '/perfil' }, id: '' })
  t.match(router.find('DELETE', '/usuarios/42'), { route: { method: 'DELETE', path: '/usuarios/:id' }, id: '42' })
  t.match(router.find('HEAD', '/perfil'), { route: { method: 'GET' } }, 'HEAD is GET without the content (§9.3.2)')
})

t.test('find() knows no other path (RFC 9110 §15.5.5)', async t => {
  const unknown = [
    '/',
    '',
    '/perfil/',
    '/Perfil',
    '/usuarios/',
    '/usuarios/0',
    '/usuarios/01',
    '/usuarios/1x',
    '/usuarios/1/2',
  ]
  for (const path of [...unknown, '/%70erfil', '*', '/usuarios/9999999999999999', '//perfil', '/constructor']) {
    t.throws(() => router.find('GET', path), { name: 'Refusal', status: 404 }, path)
  }
})

t.test('find() says which methods a path takes (RFC 9110 §15.5.6, §9.3.7)', async t => {
  t.throws(() => router.find('PUT', '/usuarios/1'), {
    name: 'Refusal',
    status: 405,
    headers: ['Allow', 'GET, HEAD, DELETE, OPTIONS'],
  })
  t.throws(() => router.find('GET', '/login'), { name: 'Refusal', status: 405, headers: ['Allow', 'POST, OPTIONS'] })
  t.throws(() => router.find('get', '/perfil'), { name: 'Refusal', status: 405 }, 'methods are case-sensitive (§9.1)')
  t.strictSame(router.find('OPTIONS', '*'), { allow: 'GET, HEAD, POST, DELETE, OPTIONS' }, 'of any path')
  t.strictSame(router.find('OPTIONS', '/usuarios'), { allow: 'GET, HEAD, POST, OPTIONS' })
})
