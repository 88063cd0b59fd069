/**
 * The settings of a backend: environment variables, read once.
 *
 *   ADDRESS        required      the address on the network map: 127.20.0.10 is backend1
 *   SERVER_NAME    Servidor N    the name that people see
 *   LAB_PORTS      low           low or high
 *   REDIS_URL      from the map  redis://host:port or redis-sentinel://host:port,host:port#master
 *   MYSQL_URL      from the map  mysql://user:password@host:port/database
 *   SESSIONS       redis         redis, or memory for the lesson in which a login is lost
 *   LOGIN_THROTTLE auto          auto (on, except for lab addresses), on, off
 *
 * Read beside: #shared/settings.ts, README.md
 * Pure: an environment in, values out.
 */
import { hostNamed } from '#shared/network-map.ts'
import { type Environment, type Identity, identity, oneOf, SettingError, text, url } from '#shared/settings.ts'
import { redisOptions } from './redis/redis-url.ts'

export interface BackendConfig {
  readonly who: Identity
  readonly redisUrl: string
  readonly mysqlUrl: URL
  readonly sessions: 'redis' | 'memory'
  readonly loginThrottle: 'auto' | 'on' | 'off'
}

/** @throws SettingError that names the variable, its value, and what would be right */
export function readConfig(env: Environment): BackendConfig {
  const who = identity(env, 'backend', 'Servidor')
  const redis = hostNamed(who.map, 'redis')
  const mysql = hostNamed(who.map, 'mysql')
  const redisUrl = text(env, 'REDIS_URL', `redis://${redis.address}:${redis.port}`)
  redisOptions(redisUrl)
  const mysqlUrl = url(env, 'MYSQL_URL', ['mysql'], `mysql://lab:lab@${mysql.address}:${mysql.port}/meutrabalho`)
  if (!/^\/[^/]+$/.test(mysqlUrl.pathname)) {
    throw new SettingError(
      'MYSQL_URL',
      '…',
      'falta o nome do banco de dados no fim · the name of a database is missing at the end: mysql://…/meutrabalho',
    )
  }
  return {
    who,
    redisUrl,
    mysqlUrl,
    sessions: oneOf(env, 'SESSIONS', ['redis', 'memory'], 'redis'),
    loginThrottle: oneOf(env, 'LOGIN_THROTTLE', ['auto', 'on', 'off'], 'auto'),
  }
}
