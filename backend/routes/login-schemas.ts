/**
 * What `POST /login` and `POST /logout` accept and return.
 *
 * Read beside: login.ts
 * Pure: values.
 */
import Type from 'typebox'
import { UserSchema } from '../users/user-schemas.ts'
import { strict } from '../validation/schema-parts.ts'

/** Only lengths are checked. A value that is not a possible user name is simply a wrong one: 401, not 400. */
export const CredentialsSchema = Type.Object(
  {
    username: Type.String({ minLength: 1, maxLength: 256 }),
    password: Type.String({ minLength: 1, maxLength: 256 }),
  },
  strict,
)

/** `everywhere` ends all sessions of the user, on all machines. A form sends it as text. */
export const LogoutSchema = Type.Object(
  { everywhere: Type.Optional(Type.Union([Type.Boolean(), Type.Enum(['1', 'true', '0', 'false'])])) },
  strict,
)

export const LoggedInSchema = Type.Object({ user: UserSchema, server: Type.String() }, strict)
