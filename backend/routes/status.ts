/**
 * The state of the backend: for people (`/status`), for the health checks of the edges (`/healthz`), for a program that restarts it (`/livez`).
 *
 * `/healthz` does not depend on Redis or MySQL. All backends share them: without one of them no backend is better than another,
 * and if all were taken out, the edges would answer with a less precise error.
 *
 * Read beside: ../dependency.ts, docs/decisions.md (readiness)
 * Pure: reads what the probes have found.
 */
import { HEALTH_PATH } from '#shared/health.ts'
import type { Dependency } from '../dependency.ts'
import { instantText, json, type Reply } from '../http/reply.ts'
import type { Route } from '../http/router.ts'
import { Refusal } from '../refusal.ts'

export interface StatusParts {
  /** The host's name on the map: `backend1` … */
  readonly name: string
  /** What people see: `Servidor 1` … */
  readonly server: string
  readonly dependencies: readonly Dependency[]
  readonly sessions: () => 'redis' | 'memory'
  readonly draining: () => boolean
  /** Why it should get no requests, in one sentence; undefined while it should. */
  readonly unready: () => string | undefined
  /** Milliseconds since 1970. */
  readonly now: () => number
}

export function describeStatus({ name, server, dependencies, sessions, draining, now }: StatusParts) {
  const states = dependencies.map(({ name, state }) => [name, state])
  const troubles = dependencies.flatMap(({ name, why }) => (why === undefined ? [] : [[`${name}Trouble`, why]]))
  return {
    server,
    name,
    time: instantText(now()),
    ...Object.fromEntries(states),
    sessions: sessions(),
    draining: draining(),
    ...Object.fromEntries(troubles),
    ...(sessions() === 'memory' ? { warning: MEMORY_WARNING } : {}),
  }
}

const MEMORY_WARNING =
  'as sessões estão só na memória deste servidor: os outros não as conhecem · sessions are only in the memory of this server (SESSIONS=memory, POST /sessions)'

export function statusRoutes(parts: StatusParts): Route[] {
  const me = { name: parts.name, server: parts.server }
  const ready = json(200, me)
  function healthz(): Reply {
    const why = parts.unready()
    if (why === undefined) return ready
    throw new Refusal(503, why, { members: me })
  }
  return [
    { method: 'GET', path: '/status', handle: () => json(200, describeStatus(parts)) },
    { method: 'GET', path: HEALTH_PATH, handle: healthz },
    { method: 'GET', path: '/livez', handle: () => ready },
  ]
}
