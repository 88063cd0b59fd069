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

t.test('readConfig() with LAB_HA=1 names the Sentinels and all MySQL servers, and waits for a replica', async t => {
  const { redisUrl, redisReplicas, mysqlUrl } = readConfig({ ADDRESS: '127.20.0.10', LAB_HA: '1' })
  t.equal(redisUrl, 'redis-sentinel://127.20.0.4:26379,127.20.0.73:26379,127.20.0.74:26379#lab')
  t.equal(redisReplicas, 1)
  t.equal(mysqlUrl.hostname, '127.20.0.3,127.20.0.63,127.20.0.64')
  t.match(readConfig({ ADDRESS: '127.20.0.10' }), { redisReplicas: 0, redisUrl: 'redis://127.20.0.4:6379' })
})
