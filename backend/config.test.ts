import t from 'tap'
import { readConfig } from './config.ts'

const env = { ADDRESS: '172.20.0.11' }

t.test('readConfig() finds everything from the address alone', async t => {
  const config = readConfig(env)
  t.match(config.who, { serverName: 'Servidor 2', host: { name: 'backend2', port: 3000 } })
  t.equal(config.redisUrl, 'redis://172.20.0.4:6379')
  t.equal(config.mysqlUrl.href, 'mysql://lab:lab@172.20.0.3:3306/meutrabalho')
  t.equal(config.sessions, 'redis')
})

t.test('readConfig() names the variable that cannot be used', async t => {
  const bad = {
    ADDRESS: [{ ADDRESS: undefined }, { ADDRESS: '172.20.0.20' }, { ADDRESS: 'backend1' }],
    REDIS_URL: [{ REDIS_URL: 'localhost' }],
    MYSQL_URL: [{ MYSQL_URL: 'postgres://x/y' }, { MYSQL_URL: 'mysql://lab:lab@h' }],
    SESSIONS: [{ SESSIONS: 'memcached' }],
  }
  for (const [variable, values] of Object.entries(bad)) {
    for (const value of values)
      t.throws(() => readConfig({ ...env, ...value }), { message: new RegExp(`^${variable}=`) })
  }
})
