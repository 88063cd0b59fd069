import t from 'tap'
import { hostNamed, networkMap } from '#shared/network-map.ts'
import { isOwnHost } from './guard.ts'

const painel = hostNamed(networkMap('127.20.0'), 'painel')

t.test('isOwnHost() accepts the names and addresses of the painel, with any port', async t => {
  for (const host of [
    '127.20.0.2',
    '127.20.0.2:80',
    'localhost:9000',
    '127.0.0.1:9000',
    '[::1]:9000',
    'painel',
    'painel.meutrabalho.com.br',
    'PAINEL.meutrabalho.com.br:80',
  ])
    t.ok(isOwnHost(host, painel), host)
})

t.test('isOwnHost() refuses the name of another site: after DNS rebinding it leads here', async t => {
  for (const host of [
    undefined,
    '',
    'evil.example',
    'evil.example:80',
    'localhost.evil.example',
    '127.20.0.2.evil.example',
    '127.20.0.20',
    'www.meutrabalho.com.br',
  ])
    t.notOk(isOwnHost(host, painel), host ?? 'no Host')
})
