/**
 * What a program on this toolkit is made of. The toolkit (app.ts with http/, sessions/, redis/, mysql/) imports no
 * application: the accounts of `www` (accounts.ts) are one, and each folder of apps/ is another.
 *
 * Read beside: app.ts (`createBackend` puts both together), accounts.ts (an example), toolkit.test.ts (the smallest one)
 * Pure: types.
 */
import type { Clock } from '#shared/clock.ts'
import type { Events } from '#shared/events.ts'
import type { Log } from '#shared/log.ts'
import type { BackendConfig } from './config.ts'
import type { Dependency } from './dependency.ts'
import type { Route } from './http/router.ts'
import type { MySql } from './mysql/mysql.ts'
import type { Operations } from './openapi/document.ts'
import type { Hasher } from './passwords/hasher.ts'
import type { RedisConnection } from './redis/redis.ts'
import type { Sessions } from './sessions/sessions.ts'
import type { LoginThrottle } from './throttle/login-throttle.ts'
import type { Users } from './users/users.ts'

/** What an application gets to build its routes from. */
export interface Toolkit {
  readonly config: BackendConfig
  readonly log: Log
  readonly clock: Clock
  readonly events: Events
  readonly redis: RedisConnection
  readonly mysql: MySql
  /** The sessions of all programs: a session id is valid at each of them. */
  readonly sessions: Sessions
  readonly users: Users
  readonly hasher: Hasher
  readonly throttle: LoginThrottle
}

/** What an application adds. `/status`, `/healthz`, `/livez` and `/openapi.json` are there without it. */
export interface Application {
  readonly routes: readonly Route[]
  /** What each route is for: /openapi.json describes the routes that have an entry. */
  readonly operations: Operations
  /** Its own tables, after those of db/migrations/, in this order. */
  readonly migrations?: ApplicationMigrations | readonly ApplicationMigrations[]
  /** What it needs besides Redis and MySQL. Probed, and shown by `/status` and `/metrics`, as those are. */
  readonly dependencies?: readonly Dependency[]
  /** Why it should get no requests now, in one sentence; undefined while it should. The edges see it in `/healthz`. */
  readonly unready?: () => string | undefined
  /** The program begins to stop: responses that never end by themselves (streams of events) have to be ended now. */
  readonly drain?: () => void
  /** Ends what it has opened itself. Called after the last response, before Redis and MySQL are closed. */
  readonly close?: () => Promise<void>
}

export interface ApplicationMigrations {
  /** A folder of numbered files: `001-events.sql` … */
  readonly folder: URL
  /** The table that lists those which have been applied: each application has its own. Lower-case letters and `_`. */
  readonly table: string
}
