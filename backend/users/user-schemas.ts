/**
 * The schemas of a user, of the fields of a user, and of what creates and changes one.
 *
 * Read beside: users.ts (the same as TypeScript), user-changes.ts, ../routes/usuarios-schemas.ts
 * Pure: values.
 */
import Type from 'typebox'
import { strict } from '../validation/schema-parts.ts'

export const RoleSchema = Type.Enum(['admin', 'aluno'], { description: 'admin or aluno' })

export const UserIdSchema = Type.Integer({ minimum: 1, maximum: 999_999_999_999_999 })

export const UsernameSchema = Type.String({
  pattern: '^[a-z][a-z0-9._-]{1,31}$',
  description: '2 to 32 characters: a–z, 0–9, dot, underscore and hyphen; the first is a letter',
})

/** U+200C and U+200D: emoji and some scripts need them inside a word. At the ends of a name they have no use. */
const JOINERS = '\\u200c\\u200d'
/** Control characters, line ends, changes of text direction (U+202E), and characters that show nothing (U+200B, U+3164). */
const HIDDEN =
  '\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u115f\\u1160\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\uffa0'

/** One line of text that is visible and does not change the text beside it. No half surrogate pair, no spaces at the ends. */
export const PersonNameSchema = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: `^(?![\\s${JOINERS}])[^${HIDDEN}\\ud800-\\udfff]*(?<![\\s${JOINERS}])$`,
  description: '1 to 100 characters on one line',
})

/** Only the length. Which passwords are refused is decided in ../passwords/policy.ts. */
const PasswordSchema = Type.String({
  minLength: 1,
  maxLength: 512,
  description: '8 to 256 characters; common passwords are refused',
})

export const UserSchema = Type.Object(
  { id: UserIdSchema, username: UsernameSchema, name: PersonNameSchema, role: RoleSchema },
  strict,
)

export const NewUserSchema = Type.Object(
  { username: UsernameSchema, name: PersonNameSchema, password: PasswordSchema, role: Type.Optional(RoleSchema) },
  strict,
)

export const UserChangeSchema = Type.Object(
  {
    name: Type.Optional(PersonNameSchema),
    role: Type.Optional(RoleSchema),
    password: Type.Optional(PasswordSchema),
    currentPassword: Type.Optional(
      Type.String({ maxLength: 512, description: 'required for a change of your own password' }),
    ),
  },
  { ...strict, minProperties: 1 },
)
