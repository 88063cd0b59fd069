import t from 'tap'
import { redisOptions } from './redis-url.ts'

t.test('redisOptions() reads one server', async t => {
  t.strictSame(redisOptions('redis://172.20.0.4:6379'), { host: '172.20.0.4', port: 6379, db: 0 })
  t.strictSame(redisOptions('redis://redis'), { host: 'redis', port: 6379, db: 0 })
  t.strictSame(redisOptions('redis://lab:p%40ss@h:1/2'), {
    host: 'h',
    port: 1,
    username: 'lab',
    password: 'p@ss',
    db: 2,
  })
})

t.test('redisOptions() reads the Sentinels and the name of the master', async t => {
  t.strictSame(redisOptions('redis-sentinel://127.0.0.1:26379,127.0.0.2#lab'), {
    name: 'lab',
    sentinels: [
      { host: '127.0.0.1', port: 26379 },
      { host: '127.0.0.2', port: 26379 },
    ],
    db: 0,
  })
})

t.test('redisOptions() names the forms of the URL in its error, and never prints a password', async t => {
  for (const url of ['', 'redis://', 'http://x', 'redis://a,b', 'redis-sentinel://a:1', 'redis://:secret@h:x']) {
    t.throws(
      () => redisOptions(url),
      { name: 'SettingError', message: /REDIS_URL.*redis:\/\/host:port, redis-sentinel/ },
      url,
    )
  }
  try {
    redisOptions('redis://:secret@h:x')
  } catch (error) {
    t.notMatch((error as Error).message, 'secret')
  }
})
