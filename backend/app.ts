/**
 * The backend, put together: what depends on what. Opens nothing by itself; main.ts gives it a socket.
 *
 * Read beside: main.ts, http/server.ts (a request's way through all of this), docs/life-of-a-request.md
 * Touches the world: connects to Redis and MySQL.
 */
import type { Server } from 'node:http'
import type { Registry } from 'prom-client'
import { type Clock, systemClock } from '#shared/clock.ts'
import { Events } from '#shared/events.ts'
import type { Log } from '#shared/log.ts'
import type { BackendConfig } from './config.ts'
import { Dependency } from './dependency.ts'
import { trustedPeers } from './http/forwarded.ts'
import { type Route, Router } from './http/router.ts'
import { createHttpServer } from './http/server.ts'
import { BackendMetrics } from './metrics.ts'
import { migrate, readMigrations } from './mysql/migrations.ts'
import { MySql } from './mysql/mysql.ts'
import { Hasher } from './passwords/hasher.ts'
import { RedisConnection } from './redis/redis.ts'
import { loginRoutes } from './routes/login.ts'
import { withDescription } from './routes/openapi.ts'
import { perfilRoutes } from './routes/perfil.ts'
import { sessoesRoutes } from './routes/sessoes.ts'
import { describeStatus, statusRoutes } from './routes/status.ts'
import { usuariosRoutes } from './routes/usuarios.ts'
import { MemoryStore } from './sessions/memory-store.ts'
import { RedisStore } from './sessions/redis-store.ts'
import { Sessions } from './sessions/sessions.ts'
import { LoginThrottle } from './throttle/login-throttle.ts'
import { MemoryCounters } from './throttle/memory-counters.ts'
import { RedisCounters } from './throttle/redis-counters.ts'
import { Users } from './users/users.ts'

/** Each backend brings the database up to date; whoever comes first does the work. */
const MIGRATIONS = new URL('../db/migrations/', import.meta.url)

export interface Backend {
  readonly http: Server
  readonly routes: readonly Route[]
  readonly events: Events
  readonly metrics: Registry
  readonly status: () => unknown
  /** Begins to look after Redis and MySQL; resolves when both have been looked for once. */
  start(): Promise<void>
  /** From now on `/healthz` says 503, and every answer closes its connection. */
  drain(): void
  close(): Promise<void>
}

export function createBackend(config: BackendConfig, log: Log, clock: Clock = systemClock): Backend {
  const { host, map, serverName: server } = config.who
  const events = new Events(host.name)
  let isDraining = false
  const draining = () => isDraining

  const redisConnection = new RedisConnection({ url: config.redisUrl, name: host.name, clock, events })
  const redis = new Dependency({ name: 'redis', probe: () => redisConnection.probe(), clock, log })
  const database = new MySql({
    url: config.mysqlUrl,
    clock,
    events,
    state: () => mysql.state,
    prepare: async connection => {
      const applied = await migrate(connection, readMigrations(MIGRATIONS))
      if (applied.length > 0) log.info('the database was brought up to date', { applied: applied.join(' ') })
    },
  })
  const mysql = new Dependency({ name: 'mysql', probe: () => database.probe(), clock, log })

  const inMemory = config.sessions === 'memory'
  const store = inMemory ? new MemoryStore() : new RedisStore(redisConnection)
  const counters = inMemory ? new MemoryCounters() : new RedisCounters(redisConnection)
  const throttle = new LoginThrottle({ counters, clock, mode: config.loginThrottle, prefix: map.prefix })
  const sessions = new Sessions({ store, clock, server })
  const users = new Users(database)
  const hasher = new Hasher()
  const metrics = new BackendMetrics([redis, mysql], hasher)
  const about = { name: host.name, server, redis, mysql, sessions: config.sessions, draining, now: () => clock.epoch() }

  const routes = withDescription([
    ...statusRoutes(about),
    ...perfilRoutes(sessions, server),
    ...loginRoutes({ users, sessions, hasher, throttle, server, log }),
    ...sessoesRoutes(sessions),
    ...usuariosRoutes({ users, sessions, hasher, throttle }),
  ])
  const http = createHttpServer({
    name: host.name,
    router: new Router(routes),
    trusted: trustedPeers(map),
    clock,
    events,
    log,
    observe: (route, status, ms) => metrics.observe(route, status, ms),
    draining,
  })

  return {
    http,
    routes,
    events,
    metrics: metrics.registry,
    status: () => ({ component: host.name, ...describeStatus(about), hashing: hasher.load }),
    start: async () => {
      await Promise.all([redis.start(), mysql.start()])
    },
    drain: () => {
      isDraining = true
    },
    close: async () => {
      redis.stop()
      mysql.stop()
      redisConnection.close()
      await database.close()
    },
  }
}
