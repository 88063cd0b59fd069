/**
 * The address of Redis as one line of text:
 *
 *   redis://[user:password@]host[:6379][/database]                  one server
 *   redis-sentinel://[password@]host[:26379][,host[:port]]…[/database]#master   these Sentinels have the address of the master
 *
 * Read beside: https://redis.io/docs/latest/develop/reference/sentinel-clients/
 * Pure: text in, options out.
 */
import type { RedisOptions } from 'ioredis'
import { SettingError } from '#shared/settings.ts'

const SERVER = /^redis:\/\/(?:([^:@/]*)(?::([^@/]*))?@)?([^:@/,]+)(?::(\d{1,5}))?(?:\/(\d{1,3})?)?$/
const SENTINELS = /^redis-sentinel:\/\/(?:([^:@/]*)@)?([^@/#]+)(?:\/(\d{1,3}))?#([\w.-]+)$/

/** @throws SettingError that shows the two forms of the URL */
export function redisOptions(url: string, variable = 'REDIS_URL'): RedisOptions {
  const server = SERVER.exec(url)
  if (server) {
    const [, username, password, host = '', port, database] = server
    return { host, port: Number(port ?? 6379), ...login(username, password), db: Number(database ?? 0) }
  }
  const sentinel = SENTINELS.exec(url)
  if (sentinel) {
    const [, password, hosts = '', database, name = ''] = sentinel
    const sentinels = hosts
      .split(',')
      .map(place => place.split(':'))
      .map(([host = '', port = '26379']) => ({ host, port: Number(port) }))
    return { name, sentinels, ...login(undefined, password), db: Number(database ?? 0) }
  }
  throw new SettingError(
    variable,
    url.replace(/\/\/.*@/, '//…@'),
    'use uma destas formas · use one of these forms: redis://host:port, redis-sentinel://host:port,host:port#master',
  )
}

function login(username: string | undefined, password: string | undefined): RedisOptions {
  return {
    ...(username ? { username: decodeURIComponent(username) } : {}),
    ...(password ? { password: decodeURIComponent(password) } : {}),
  }
}
