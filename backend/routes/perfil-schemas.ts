/**
 * What `GET /perfil` and `GET /sessoes` return.
 *
 * Read beside: perfil.ts (the same as TypeScript), sessoes.ts
 * Pure: values.
 */
import Type from 'typebox'
import { UserSchema } from '../users/user-schemas.ts'
import { Instant, Store, strict } from '../validation/schema-parts.ts'

const session = { key: Type.String(), server: Type.String(), createdAt: Instant, expiresAt: Instant, store: Store }

export const ProfileSchema = Type.Object(
  { user: UserSchema, server: Type.String(), session: Type.Object(session, strict) },
  strict,
)

export const SessionListSchema = Type.Object(
  { sessions: Type.Array(Type.Object({ ...session, current: Type.Boolean() }, strict)) },
  strict,
)
