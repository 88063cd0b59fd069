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
/** Joiners and variation selectors (❤️ has U+FE0F): invisible, but they change the character before them. */
const KEPT = `${JOINERS}\\ufe0e\\ufe0f`
/** Control characters, line ends, changes of text direction (U+202E), and all other characters that show nothing (U+200B, U+3164). */
const HIDDEN = '\\p{Cc}\\p{Cs}\\u2028-\\u202e\\p{Default_Ignorable_Code_Point}'
/** A letter, digit, symbol … that can be seen. U+2800 is an empty Braille cell, U+1D159 an empty note head. */
const VISIBLE = '(?![\\u2800\\u{1d159}])[\\p{L}\\p{N}\\p{P}\\p{S}]'

/** One line of text with a visible character, which does not change the text beside it. No half surrogate pair, no spaces at the ends. */
export const PersonNameSchema = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: `^(?=.*${VISIBLE})(?![\\s${JOINERS}])(?:[${KEPT}]|[^${HIDDEN}])*(?<![\\s${JOINERS}])$`,
  description: '1 to 100 characters on one line, one of them visible',
})

/** Only the length. Which passwords are refused is decided in ../passwords/policy.ts. */
export const PasswordSchema = Type.String({
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
