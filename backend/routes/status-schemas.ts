/**
 * What `GET /status`, `GET /healthz` and `GET /livez` return.
 *
 * Read beside: status.ts
 * Pure: values.
 */
import Type from 'typebox'
import { Instant, Store, strict } from '../validation/schema-parts.ts'

const State = Type.Enum(['starting', 'up', 'down'])

/** An application's own dependencies are further members: `"kafka": "up"`, and `"kafkaTrouble"` while it is down. */
export const StatusSchema = Type.Object(
  {
    server: Type.String(),
    name: Type.String(),
    time: Instant,
    redis: State,
    mysql: State,
    sessions: Store,
    draining: Type.Boolean(),
    redisTrouble: Type.Optional(Type.String()),
    mysqlTrouble: Type.Optional(Type.String()),
    warning: Type.Optional(Type.String()),
  },
  { additionalProperties: Type.String() },
)

export const HealthSchema = Type.Object({ name: Type.String(), server: Type.String() }, strict)
