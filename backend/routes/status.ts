/**
 * How the backend is: for people (`/status`), for the edges' health checks (`/healthz`), for whoever restarts it (`/livez`).
 *
 * `/healthz` does not depend on Redis or MySQL: all backends share them, so taking this one out would help nobody, and taking
 * all of them out would turn a page that says what is wrong into one that says nothing.
 *
 * Read beside: ../dependency.ts, docs/decisions.md ("Readiness is about this process")
 * Pure: reads what others have found out.
 */
import { HEALTH_PATH } from '#shared/health.ts'
import type { Dependency } from '../dependency.ts'
import { instantText } from '../http/instant.ts'
import { json, type Reply } from '../http/reply.ts'
import type { Route } from '../http/router.ts'
import { Refusal } from '../refusal.ts'
import { Health, Status } from '../validation/schemas.ts'

export interface StatusParts {
  /** The host's name on the map: `backend1` … */
  readonly name: string
  /** What people see: `Servidor 1` … */
  readonly server: string
  readonly redis: Dependency
  readonly mysql: Dependency
  readonly sessions: 'redis' | 'memory'
  readonly draining: () => boolean
  /** Milliseconds since 1970. */
  readonly now: () => number
}

export function describeStatus({ name, server, redis, mysql, sessions, draining, now }: StatusParts) {
  return {
    server,
    name,
    time: instantText(now()),
    redis: redis.state,
    mysql: mysql.state,
    sessions,
    draining: draining(),
    ...(redis.why === undefined ? {} : { redisTrouble: redis.why }),
    ...(mysql.why === undefined ? {} : { mysqlTrouble: mysql.why }),
    ...(sessions === 'memory' ? { warning: MEMORY_WARNING } : {}),
  }
}

const MEMORY_WARNING =
  'as sessões estão só na memória deste servidor; another server will not know them (SESSIONS=memory)'

export function statusRoutes(parts: StatusParts): Route[] {
  const me = json(200, { name: parts.name, server: parts.server })
  function healthz(): Reply {
    if (parts.draining()) {
      throw new Refusal(503, `${parts.name} is stopping: no new requests, please`, {
        members: { name: parts.name, server: parts.server },
      })
    }
    return me
  }
  return [
    { method: 'GET', path: '/status', operation: STATUS, handle: () => json(200, describeStatus(parts)) },
    { method: 'GET', path: HEALTH_PATH, operation: HEALTHZ, handle: healthz },
    { method: 'GET', path: '/livez', operation: LIVEZ, handle: () => me },
  ]
}

const STATUS = {
  summary: 'who answers, and how its databases are',
  answers: { 200: { description: 'also when MySQL or Redis is down', schema: Status } },
}
const HEALTHZ = {
  summary: 'readiness: whether it should get traffic',
  answers: { 200: { description: 'yes', schema: Health }, 503: { description: 'no: it is stopping' } },
}
const LIVEZ = {
  summary: 'liveness: whether it answers at all',
  answers: { 200: { description: 'yes', schema: Health } },
}
