/**
 * What `/usuarios` accepts and returns.
 *
 * Read beside: usuarios.ts, ../users/user-schemas.ts
 * Pure: values.
 */
import Type from 'typebox'
import { PersonNameSchema, RoleSchema, UserIdSchema, UsernameSchema } from '../users/user-schemas.ts'
import { Instant, strict } from '../validation/schema-parts.ts'

export const PageQuerySchema = Type.Object(
  {
    limit: Type.Integer({ minimum: 1, maximum: 100, default: 20, description: 'the most users on one page: 1 to 100' }),
    after: Type.Integer({
      minimum: 0,
      maximum: 999_999_999_999_999,
      default: 0,
      description: 'only users whose id is greater than this one',
    }),
  },
  strict,
)

export const UserRecordSchema = Type.Object(
  {
    id: UserIdSchema,
    username: UsernameSchema,
    name: PersonNameSchema,
    role: RoleSchema,
    createdAt: Instant,
    updatedAt: Instant,
  },
  strict,
)

export const UserPageSchema = Type.Object(
  {
    users: Type.Array(UserRecordSchema),
    next: Type.Union([Type.String(), Type.Null()], { description: 'the path of the next page' }),
  },
  strict,
)
