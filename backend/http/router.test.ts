import t from 'tap'
import { empty } from './reply.ts'
import { type Method, Router } from './router.ts'

const route = (method: Method, path: string, id?: RegExp) => ({
  method,
  path,
  handle: () => empty(),
  ...(id ? { id } : {}),
})
const router = new Router([
  route('GET', '/perfil'),
  route('POST', '/login'),
  route('GET', '/usuarios'),
  route('POST', '/usuarios'),
  route('GET', '/usuarios/:id'),
  route('DELETE', '/usuarios/:id'),
  route('GET', '/eventos/:id/fila'),
  route('GET', '/filas/avisos'),
  route('GET', '/filas/:id', /^[\w-]+$/),
])

t.test('find() returns the route for the method and the path, with its id', async t => {
  t.match(router.find('GET', '/perfil'), { route: { path: '/perfil' }, id: '' })
  t.match(router.find('DELETE', '/usuarios/42'), { route: { method: 'DELETE', path: '/usuarios/:id' }, id: '42' })
  t.match(router.find('HEAD', '/perfil'), { route: { method: 'GET' } }, 'HEAD is GET without the content (§9.3.2)')
  t.match(router.find('GET', '/eventos/7/fila'), { route: { path: '/eventos/:id/fila' }, id: '7' })
  t.match(router.find('GET', '/filas/1700-0'), { id: '1700-0' }, 'an id that the route describes itself')
  t.match(router.find('GET', '/filas/avisos'), { route: { path: '/filas/avisos' }, id: '' }, 'fixed paths come first')
})

t.test('find() throws 404 for every other path (RFC 9110 §15.5.5)', async t => {
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
    '/eventos/fila',
    '/eventos//fila',
    '/eventos/1/2/fila',
    '/filas/a/b',
    '/filas/',
  ]
  for (const path of [...unknown, '/%70erfil', '*', '/usuarios/9999999999999999', '//perfil', '/constructor']) {
    t.throws(() => router.find('GET', path), { name: 'Refusal', status: 404 }, path)
  }
})

t.test('find() names the methods of a path (RFC 9110 §15.5.6, §9.3.7)', async t => {
  t.throws(() => router.find('PUT', '/usuarios/1'), {
    name: 'Refusal',
    status: 405,
    headers: ['Allow', 'GET, HEAD, DELETE, OPTIONS'],
  })
  t.throws(() => router.find('GET', '/login'), { name: 'Refusal', status: 405, headers: ['Allow', 'POST, OPTIONS'] })
  for (const method of ['get', 'FOO', 'PROPFIND', ''])
    t.throws(
      () => router.find(method, '/perfil'),
      { name: 'Refusal', status: 501 },
      'unknown; they are case-sensitive (§9.1)',
    )
  t.strictSame(router.find('OPTIONS', '*'), { allow: 'GET, HEAD, POST, DELETE, OPTIONS' }, 'the methods of all paths')
  t.strictSame(router.find('OPTIONS', '/usuarios'), { allow: 'GET, HEAD, POST, OPTIONS' })
})
