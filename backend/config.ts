/**
 * The settings of a backend: environment variables, read once.
 *
 *   ADDRESS        required      the address on the network map: 127.20.0.10 is backend1
 *   SERVER_NAME    Servidor N    the name that people see
 *   LAB_PORTS      low           low or high
 *   REDIS_URL      from the map  redis://host:port or redis-sentinel://host:port,host:port#master
 *   REDIS_REPLICAS from the map  how many replicas must have received a session before a login is answered: 0, or 1 with Sentinels
 *   MYSQL_URL      from the map  mysql://user:password@host:port/database; several hosts, separated by commas, are the nodes of a cluster
 *   LAB_HA         0             1: three MySQL and three Redis servers, as npm start -- --ha has them
 *   BROKER         redis         redis, or kafka://host:port,host:port; only applications with queues use it
 *   SESSIONS       redis         redis, or memory for the lesson in which a login is lost
 *   TRUSTED_PROXIES none         networks of edges that are not at their addresses of the map: 10.244.0.0/16
 *   LOGIN_THROTTLE auto          auto (on, except for lab addresses), on, off
 *
 * Read beside: #shared/settings.ts, README.md
 * Pure: an environment in, values out.
 */
import { type ApplicationName, processOf } from '#shared/applications.ts'
import {
  type Host,
  type HostRole,
  hostsOf,
  type NetworkMap,
  SENTINEL_NAME,
  SENTINEL_PORT,
} from '#shared/network-map.ts'
import { type Networks, readNetworks } from '#shared/networks.ts'
import { type Environment, type Identity, identity, integer, oneOf, SettingError, text, url } from '#shared/settings.ts'
import { redisOptions } from './redis/redis-url.ts'

export interface BackendConfig {
  readonly who: Identity
  readonly redisUrl: string
  readonly redisReplicas: number
  readonly mysqlUrl: URL
  readonly sessions: 'redis' | 'memory'
  readonly loginThrottle: 'auto' | 'on' | 'off'
  /** Peers whose forwarding fields are trusted, besides the edges of the map. */
  readonly trustedProxies: Networks
  /** `host:port` of Kafka's brokers; undefined: messages go through Redis Streams. */
  readonly kafka: readonly string[] | undefined
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
  const redisUrl = text(env, 'REDIS_URL', redisUrlOf(who.map))
  const { sentinels } = redisOptions(redisUrl)
  const mysqlUrl = url(env, 'MYSQL_URL', ['mysql'], mysqlUrlOf(who.map))
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
    redisReplicas: integer(env, 'REDIS_REPLICAS', { byDefault: sentinels ? 1 : 0, min: 0, max: 10 }),
    mysqlUrl,
    sessions: oneOf(env, 'SESSIONS', ['redis', 'memory'], 'redis'),
    loginThrottle: oneOf(env, 'LOGIN_THROTTLE', ['auto', 'on', 'off'], 'auto'),
    trustedProxies: readNetworks('TRUSTED_PROXIES', text(env, 'TRUSTED_PROXIES', 'none')),
    kafka: kafkaBrokers(text(env, 'BROKER', 'redis')),
  }
}

/** One Redis, or the Sentinels beside the three of them. */
function redisUrlOf(map: NetworkMap): string {
  const hosts = hostsOf(map, 'redis')
  const [only] = hosts
  if (hosts.length === 1 && only) return `redis://${only.address}:${only.port}`
  return `redis-sentinel://${hosts.map(({ address }) => `${address}:${SENTINEL_PORT}`).join(',')}#${SENTINEL_NAME}`
}

function mysqlUrlOf(map: NetworkMap): string {
  const hosts = hostsOf(map, 'mysql')
  return `mysql://lab:lab@${hosts.map(({ address }) => address).join(',')}:${hosts[0]?.port}/meutrabalho`
}

const KAFKA_URL = /^kafka:\/\/([\w.-]+:\d{1,5}(?:,[\w.-]+:\d{1,5})*)$/

function kafkaBrokers(broker: string): string[] | undefined {
  if (broker === 'redis') return undefined
  const places = KAFKA_URL.exec(broker)?.[1]
  if (places !== undefined) return places.split(',')
  throw new SettingError('BROKER', broker, 'use · use redis, kafka://host:port, kafka://host:port,host:port')
}
