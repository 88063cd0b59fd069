import t from 'tap'
import { networkMap } from '#shared/network-map.ts'
import { readBackends, readConfig } from './config.ts'

const map = networkMap('127.20.0')

t.test('readConfig() finds the name and number of the edge by its address', async t => {
  t.match(readConfig({ ADDRESS: '172.20.0.21' }), { host: { name: 'frontend2', port: 80 }, serverName: 'Frontend 2' })
  t.throws(() => readConfig({ ADDRESS: '172.20.0.10' }), { name: 'SettingError', message: /ADDRESS=.*172\.20\.0\.20/ })
})

t.test('readConfig() reads the health checks from CHECK_*', async t => {
  t.match(readConfig({ ADDRESS: '127.20.0.20' }).checks, { interval: 2000, timeout: 1000, rise: 2, fall: 3 })
  t.match(readConfig({ ADDRESS: '127.20.0.20', CHECK_RISE: '1', CHECK_INTERVAL: '400' }).checks, {
    interval: 400,
    fastInterval: 400,
    rise: 1,
  })
})

t.test('readConfig() checks the range of MAX_CONNECTIONS', async t => {
  t.match(readConfig({ ADDRESS: '127.20.0.20' }), { maxConnections: 16_384 })
  t.match(readConfig({ ADDRESS: '127.20.0.20', MAX_CONNECTIONS: '100' }), { maxConnections: 100 })
  for (const text of ['0', '1e3', '-1'])
    t.throws(() => readConfig({ ADDRESS: '127.20.0.20', MAX_CONNECTIONS: text }), { message: /^MAX_CONNECTIONS=/ })
})

t.test('readConfig() checks the range of WORKERS; without it there is one', async t => {
  t.match(readConfig({ ADDRESS: '127.20.0.20' }), { workers: 1 })
  t.match(readConfig({ ADDRESS: '127.20.0.20', WORKERS: '2' }), { workers: 2 })
  for (const text of ['0', '65', '-1', '1.5', 'auto', ' 2'])
    t.throws(() => readConfig({ ADDRESS: '127.20.0.20', WORKERS: text }), {
      name: 'SettingError',
      message: /^WORKERS=.*: é preciso um número inteiro de 1 a 64 · a whole number from 1 to 64 is needed/,
    })
})

t.test('readBackends() gives backends 1 to 3 of the map by default', async t => {
  t.same(
    readBackends(undefined, map).map(({ name, address, port }) => `${name}=${address}:${port}`),
    ['backend1=127.20.0.10:3000', 'backend2=127.20.0.11:3000', 'backend3=127.20.0.12:3000'],
  )
})

t.test('readBackends() reads name, address, port and weight', async t => {
  t.same(readBackends('127.20.0.13, x=127.0.0.1:8000*3', map), [
    { name: 'backend4', address: '127.20.0.13', port: 3000, weight: 1 },
    { name: 'x', address: '127.0.0.1', port: 8000, weight: 3 },
  ])
})

t.test('readBackends() names the faulty entry', async t => {
  for (const text of [
    'backend1',
    '127.0.0.1:0',
    '127.0.0.1:70000',
    '127.0.0.300',
    '127.0.0.1*0',
    'a b=127.0.0.1',
    '127.0.0.1,',
  ]) {
    t.throws(() => readBackends(text, map), { name: 'SettingError', message: /^BACKENDS=.* is not a backend/ }, text)
  }
  t.throws(() => readBackends('127.20.0.10,127.20.0.10', map), { message: /two backends named backend1/ })
})

t.test('readConfig() reads a name for backends from DNS, and the scope of the rate limits', async t => {
  const config = readConfig({
    ADDRESS: '127.20.0.21',
    BACKENDS: 'dns:backends.meutrabalho.com.br',
    RATE_LIMIT: 'everyone',
  })
  t.match(config, { discovery: { port: 3000, servers: ['127.20.0.5:53', '127.20.0.6:53'] } })
  t.match(config.backends, [{ name: 'backend1' }, { name: 'backend2' }, { name: 'backend3' }], 'until DNS answers')
  t.match(config, { limits: { scope: 'everyone' }, edges: 3, algorithm: 'round-robin' })
  t.equal(readConfig({ ADDRESS: '127.20.0.21' }).discovery, undefined)
  t.same(readConfig({ ADDRESS: '127.20.0.21' }).retryStatuses, [503])
  t.same(readConfig({ ADDRESS: '127.20.0.21', RETRY_ON: '' }).retryStatuses, [])
  const wrong = { RATE_LIMIT: 'on', BALANCE: 'random', BACKENDS: 'dns:www.meutrabalho.com.br' }
  for (const [name, value] of Object.entries(wrong)) {
    t.throws(() => readConfig({ ADDRESS: '127.20.0.21', [name]: value }), {
      message: new RegExp(`^${name}="${value}": `),
    })
  }
})
