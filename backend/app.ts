/**
 * A backend, put together from the toolkit and one application. Opens no port: main.ts does.
 *
 * Read beside: toolkit.ts (the two parts), main.ts, http/server.ts (the way of a request), docs/life-of-a-request.md
 * Touches the world: connects to Redis and MySQL.
 */
import type { Server } from 'node:http'
import type { AdminOptions } from '#shared/admin.ts'
import { type Clock, systemClock } from '#shared/clock.ts'
import { Events } from '#shared/events.ts'
import type { Log } from '#shared/log.ts'
import type { BackendConfig } from './config.ts'
import { Dependency } from './dependency.ts'
import { RouteFaults } from './http/faults.ts'
import { trustedPeers } from './http/forwarded.ts'
import { type Route, Router } from './http/router.ts'
import { createHttpServer } from './http/server.ts'
import { BackendMetrics } from './metrics.ts'
import { migrate, readMigrations } from './mysql/migrations.ts'
import { MySql } from './mysql/mysql.ts'
import type { Operations } from './openapi/document.ts'
import { statusOperations } from './openapi/operations.ts'
import { errorPage } from './pages/error-page.ts'
import { Hasher } from './passwords/hasher.ts'
import { RedisConnection } from './redis/redis.ts'
import { openapiRoute } from './routes/openapi.ts'
import { describeStatus, statusRoutes } from './routes/status.ts'
import { MemoryStore } from './sessions/memory-store.ts'
import { RedisStore } from './sessions/redis-store.ts'
import { Sessions } from './sessions/sessions.ts'
import { sessionsRoute } from './sessions/switch.ts'
import { LoginThrottle } from './throttle/login-throttle.ts'
import { MemoryCounters } from './throttle/memory-counters.ts'
import { RedisCounters } from './throttle/redis-counters.ts'
import type { Application, ApplicationMigrations, Toolkit } from './toolkit.ts'
import { Users } from './users/users.ts'

/** Every backend brings the database up to date when it starts; the first one does the work. */
const MIGRATIONS = new URL('../db/migrations/', import.meta.url)

export interface BackendProgram {
  readonly http: Server
  readonly routes: readonly Route[]
  readonly operations: Operations
  readonly events: Events
  /** What the admin endpoint shows and switches, faults included. */
  readonly admin: Omit<AdminOptions, 'port'>
  /** Begins to probe Redis and MySQL. Resolves after the first probe of each, whatever it found. */
  start(): Promise<void>
  /** From now on `/healthz` is 503, and every response closes its connection. */
  drain(): void
  close(): Promise<void>
}

/** @param build makes the application from the toolkit */
export function createBackend(
  config: BackendConfig,
  log: Log,
  build: (toolkit: Toolkit) => Application,
  clock: Clock = systemClock,
): BackendProgram {
  const { host, map, serverName: server } = config.who
  const events = new Events(host.name)
  const faults = new RouteFaults({ allowed: config.who.faultsAllowed, clock, events, log })
  let isDraining = false

  const redis = new RedisConnection({
    url: config.redisUrl,
    name: host.name,
    clock,
    events,
    state: () => redisState.state,
    replicas: config.redisReplicas,
  })
  const redisState: Dependency = new Dependency({ name: 'redis', probe: () => redis.probe(), clock, log })
  const mysql = new MySql({
    url: config.mysqlUrl,
    clock,
    events,
    state: () => mysqlState.state,
    prepare: async connection => {
      const applied = await migrate(connection, readMigrations(MIGRATIONS))
      for (const { folder, table } of own) applied.push(...(await migrate(connection, readMigrations(folder), table)))
      if (applied.length > 0) log.info('the database was brought up to date', { applied: applied.join(' ') })
    },
  })
  const mysqlState = new Dependency({ name: 'mysql', probe: () => mysql.probe(), clock, log })

  const inMemory = config.sessions === 'memory'
  const stores = { redis: new RedisStore(redis), memory: new MemoryStore() }
  const sessions = new Sessions({ store: stores[config.sessions], clock, server })
  const counters = inMemory ? new MemoryCounters() : new RedisCounters(redis)
  const throttle = new LoginThrottle({ counters, clock, mode: config.loginThrottle, prefix: map.prefix })
  const hasher = new Hasher()
  const toolkit = { config, log, clock, events, redis, mysql, sessions, users: new Users(mysql), hasher, throttle }
  const application = build(toolkit)
  const { migrations = [], dependencies: further = [], unready = () => undefined } = application
  const own: readonly ApplicationMigrations[] = [migrations].flat()

  const dependencies = [redisState, mysqlState, ...further]
  const metrics = new BackendMetrics(dependencies, hasher)
  const about = {
    name: host.name,
    server,
    dependencies,
    sessions: () => sessions.store.kind,
    draining: () => isDraining,
    unready: () => (isDraining ? `${host.name} is stopping` : unready()),
    now: () => clock.epoch(),
  }
  const operations = { ...statusOperations, ...application.operations }
  const described = [...statusRoutes(about), ...application.routes]
  const routes = [...described, openapiRoute(described, operations)]
  const http = createHttpServer({
    name: host.name,
    router: new Router(routes),
    trusted: trustedPeers(map, config.trustedProxies),
    clock,
    events,
    log,
    observe: (route, status, ms) => metrics.observe(route, status, ms),
    draining: () => isDraining,
    errorPage,
    faults,
  })
  faults.closePortOf(http)

  return {
    http,
    routes,
    operations,
    events,
    admin: {
      address: host.address,
      events,
      metrics: metrics.registry,
      status: () => ({
        component: host.name,
        ...describeStatus(about),
        hashing: hasher.load,
        faults: faults.list,
      }),
      routes: { ...faults.routes, 'POST /sessions': sessionsRoute(sessions, stores) },
    },
    start: async () => {
      await Promise.all(dependencies.map(dependency => dependency.start()))
    },
    drain: () => {
      isDraining = true
      application.drain?.()
      faults.clear()
    },
    close: async () => {
      for (const dependency of dependencies) dependency.stop()
      await application.close?.()
      redis.close()
      await mysql.close()
    },
  }
}
