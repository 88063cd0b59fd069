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
import { type ApplicationName, processOf } from '#shared/applications.ts'
import { type Host, type HostRole, hostNamed } from '#shared/network-map.ts'
import { type Environment, type Identity, identity, oneOf, SettingError, text, url } from '#shared/settings.ts'
import { redisOptions } from './redis/redis-url.ts'

export interface BackendConfig {
  readonly who: Identity
  readonly redisUrl: string
  readonly mysqlUrl: URL
  readonly sessions: 'redis' | 'memory'
  readonly loginThrottle: 'auto' | 'on' | 'off'
}

/** Which hosts of the map a program runs on; the backends of `www` by default. */
export interface ProgramIdentity {
  readonly role?: HostRole
  /** Its name for people, before the number of the host. */
  readonly title?: string
  /** The hosts of that role; all of them by default. */
  readonly runsOn?: (host: Host) => boolean
}

/** The hosts on which one process of an application runs: `tickets` of `reposicao` runs on tickets1 and tickets2. */
export function processOfApplication(application: ApplicationName, process: string, title: string): ProgramIdentity {
  const runsOn = (host: Host) => host.application === application && processOf(host) === process
  return { role: 'application', title, runsOn }
}

/** @throws SettingError that names the variable, its value, and what would be right */
export function readConfig(env: Environment, of: ProgramIdentity = {}): BackendConfig {
  const { role = 'backend', title = 'Servidor', runsOn } = of
  const who = identity(env, role, title, runsOn)
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
