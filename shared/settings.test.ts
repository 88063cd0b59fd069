import t from 'tap'
import { flag, identity, integer, oneOf, text, url } from './settings.ts'

t.test('integer() takes whole numbers within the range, both ends included', async t => {
  const range = { byDefault: 2, min: 1, max: 10 }
  t.equal(integer({ FALL: '1' }, 'FALL', range), 1)
  t.equal(integer({ FALL: '10' }, 'FALL', range), 10)
  t.equal(integer({}, 'FALL', range), 2)
  t.equal(integer({ FALL: '' }, 'FALL', range), 2)
  for (const wrong of ['0', '11', '-1', '1.5', '1e1', '0x2', ' 2', 'two', '99999999999999999999', 'Infinity']) {
    t.throws(() => integer({ FALL: wrong }, 'FALL', range), {
      name: 'SettingError',
      message: `FALL="${wrong}": é preciso um número inteiro de 1 a 10 · a whole number from 1 to 10 is needed (default 2)`,
    })
  }
})

t.test('oneOf() takes a word of the list, as it is written', async t => {
  const words = ['low', 'high'] as const
  t.equal(oneOf({ PORTS: 'high' }, 'PORTS', words, 'low'), 'high')
  t.equal(oneOf({}, 'PORTS', words, 'low'), 'low')
  for (const wrong of ['High', 'lo', 'low ', 'toString']) {
    t.throws(() => oneOf({ PORTS: wrong }, 'PORTS', words, 'low'), {
      message: `PORTS="${wrong}": use um destes: low, high · one of low, high is needed (default low)`,
    })
  }
})

t.test('flag() takes the usual words for on and off, and nothing else', async t => {
  for (const on of ['1', 'on', 'true']) t.equal(flag({ F: on }, 'F', false), true)
  for (const off of ['0', 'off', 'false']) t.equal(flag({ F: off }, 'F', true), false)
  t.equal(flag({}, 'F', true), true)
  t.equal(flag({ F: '' }, 'F', false), false)
  t.throws(() => flag({ F: 'yes' }, 'F', true), { message: 'F="yes": use 1 ou 0 · 1 or 0 is needed (default 1)' })
})

t.test('text() takes anything but nothing', async t => {
  t.equal(text({ NAME: 'Servidor 1' }, 'NAME', 'x'), 'Servidor 1')
  t.equal(text({ NAME: '' }, 'NAME', 'x'), 'x')
})

t.test('url() takes an absolute URL of a scheme that is wanted', async t => {
  t.equal(url({}, 'REDIS_URL', ['redis'], 'redis://127.20.0.4:6379').host, '127.20.0.4:6379')
  t.equal(url({ REDIS_URL: 'rediss://x/0' }, 'REDIS_URL', ['redis', 'rediss'], 'redis://y').protocol, 'rediss:')
  for (const wrong of ['127.20.0.4:6379', 'http://127.20.0.4', '//127.20.0.4', 'redis:', 'redis://']) {
    t.throws(() => url({ REDIS_URL: wrong }, 'REDIS_URL', ['redis', 'rediss'], 'redis://y'), {
      message: /^REDIS_URL="[^"]*": .* · a URL beginning with redis:\/\/ or rediss:\/\/ and a host is needed$/,
    })
  }
})

t.test('url() does not print the password of a URL that it refuses', async t => {
  t.throws(() => url({ MYSQL_URL: 'mysq://lab:secret@127.20.0.3' }, 'MYSQL_URL', ['mysql'], 'mysql://y'), {
    message: /^MYSQL_URL="mysq:\/\/lab:…@127\.20\.0\.3": .* · a URL beginning with mysql:\/\/ and a host is needed$/,
  })
})

t.test('identity() finds the name of a process by its address alone', async t => {
  const frontend2 = identity({ ADDRESS: '127.77.3.21', LAB_PORTS: 'high' }, 'frontend', 'Frontend')
  t.match(frontend2, {
    host: { name: 'frontend2', ordinal: 2, address: '127.77.3.21', port: 8080 },
    map: { prefix: '127.77.3', ports: 'high' },
    serverName: 'Frontend 2',
  })
  t.equal(
    identity({ ADDRESS: '172.20.0.10', SERVER_NAME: 'Servidor A' }, 'backend', 'Servidor').serverName,
    'Servidor A',
  )
})

t.test('identity() listens at LISTEN_ADDRESS where the machine does not have the address of the map', async t => {
  const pod = identity({ ADDRESS: '172.20.0.21', LISTEN_ADDRESS: '10.244.1.7' }, 'frontend', 'Frontend')
  t.match(pod, { host: { name: 'frontend2', address: '10.244.1.7' }, map: { prefix: '172.20.0' } })
  t.throws(() => identity({ ADDRESS: '172.20.0.21', LISTEN_ADDRESS: 'pod' }, 'frontend', 'Frontend'), {
    message: 'LISTEN_ADDRESS="pod": é preciso um endereço IPv4 · an IPv4 address is needed',
  })
})

t.test('identity() names what is wrong with an address, and which would be right', async t => {
  const who = (env: Record<string, string>) => () => identity(env, 'frontend', 'Frontend')
  t.throws(who({}), {
    name: 'SettingError',
    message: 'ADDRESS= (not set): é preciso um endereço IPv4 · an IPv4 address is needed',
  })
  for (const wrong of ['localhost', '::1', '127.20.0', '127.20.0.20:80', '127.20.0.020', '127.20.0.256']) {
    t.throws(who({ ADDRESS: wrong }), {
      message: `ADDRESS="${wrong}": é preciso um endereço IPv4 · an IPv4 address is needed`,
    })
  }
  t.throws(who({ ADDRESS: '127.20.0.10' }), {
    message:
      'ADDRESS="127.20.0.10": é preciso um endereço de frontend do mapa · an address of a frontend on the map is needed: 127.20.0.20, 127.20.0.21, 127.20.0.22',
  })
  t.throws(who({ ADDRESS: '127.20.0.99' }), { message: /^ADDRESS="127\.20\.0\.99": .* an address of a frontend/ })
  t.throws(who({ ADDRESS: '127.20.0.20', LAB_PORTS: 'auto' }), { message: /^LAB_PORTS="auto": .* one of low, high/ })
})
