/**
 * What requests and answers look like: JSON Schemas, from which come the checks, the TypeScript types, and /openapi.json.
 *
 * Read beside: check.ts, ../openapi/document.ts; JSON Schema 2020-12, https://github.com/sinclairzx81/typebox
 * Pure: values.
 */
import Type from 'typebox'

/** A member that nobody knows is a typing error, or an attempt: it is named in the answer, not passed over. */
const strict = { additionalProperties: false }

/** What a login sends. Bounds only: what is too long for any account is simply wrong. */
export const Credentials = Type.Object(
  {
    username: Type.String({ minLength: 1, maxLength: 256 }),
    password: Type.String({ minLength: 1, maxLength: 256 }),
  },
  strict,
)

/** What a log-out may send: `everywhere` ends all sessions of the user, on all machines. A form says "1" or "true". */
export const LogoutWish = Type.Object(
  { everywhere: Type.Optional(Type.Union([Type.Boolean(), Type.Enum(['1', 'true', '0', 'false'])])) },
  strict,
)

const Role = Type.Enum(['admin', 'aluno'], { description: 'admin or aluno' })
const Id = Type.Integer({ minimum: 1, maximum: 999_999_999_999_999 })
const Username = Type.String({
  pattern: '^[a-z][a-z0-9._-]{1,31}$',
  description: '2 to 32 of a–z, 0–9, dot, underscore and hyphen; the first one a letter',
})
/** What emoji and some scripts need in the middle of a word, and nobody needs at its ends. */
const JOINERS = '\\u200c\\u200d'
/** Control characters, line ends, what turns text round (U+202E), and what takes no room or shows nothing (U+200B, U+3164). */
const HIDDEN =
  '\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u115f\\u1160\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\uffa0'
/** Nothing that nobody sees or that harms what stands beside it, no half of a surrogate pair, no blanks at the ends. */
const Name = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: `^(?![\\s${JOINERS}])[^${HIDDEN}\\ud800-\\udfff]*(?<![\\s${JOINERS}])$`,
  description: '1 to 100 characters on one line',
})
const Password = Type.String({
  minLength: 1,
  maxLength: 512,
  description: '8 to 256 characters; common ones are refused',
})

export const NewUser = Type.Object(
  { username: Username, name: Name, password: Password, role: Type.Optional(Role) },
  strict,
)

export const UserChange = Type.Object(
  {
    name: Type.Optional(Name),
    role: Type.Optional(Role),
    password: Type.Optional(Password),
    currentPassword: Type.Optional(Type.String({ maxLength: 512, description: 'needed to change your own password' })),
  },
  { ...strict, minProperties: 1 },
)

export const PageQuery = Type.Object(
  {
    limit: Type.Integer({ minimum: 1, maximum: 100, default: 20, description: 'how many at most: 1 to 100' }),
    after: Type.Integer({
      minimum: 0,
      maximum: 999_999_999_999_999,
      default: 0,
      description: 'only ids greater than this one',
    }),
  },
  strict,
)

const Instant = Type.String({ format: 'date-time' })
const Store = Type.Enum(['redis', 'memory'])
const DependencyState = Type.Enum(['starting', 'up', 'down'])

export const User = Type.Object({ id: Id, username: Username, name: Name, role: Role }, strict)

export const UserRecord = Type.Object(
  { id: Id, username: Username, name: Name, role: Role, createdAt: Instant, updatedAt: Instant },
  strict,
)

export const UserPage = Type.Object(
  {
    users: Type.Array(UserRecord),
    next: Type.Union([Type.String(), Type.Null()], { description: 'where the next page is' }),
  },
  strict,
)

export const LoggedIn = Type.Object({ user: User, server: Type.String() }, strict)

const session = { key: Type.String(), server: Type.String(), createdAt: Instant, expiresAt: Instant }

export const Profile = Type.Object(
  { user: User, server: Type.String(), session: Type.Object({ ...session, store: Store }, strict) },
  strict,
)

export const SessionList = Type.Object(
  { sessions: Type.Array(Type.Object({ ...session, store: Store, current: Type.Boolean() }, strict)) },
  strict,
)

export const Status = Type.Object(
  {
    server: Type.String(),
    name: Type.String(),
    time: Instant,
    redis: DependencyState,
    mysql: DependencyState,
    sessions: Store,
    draining: Type.Boolean(),
    redisTrouble: Type.Optional(Type.String()),
    mysqlTrouble: Type.Optional(Type.String()),
    warning: Type.Optional(Type.String()),
  },
  strict,
)

export const Health = Type.Object({ name: Type.String(), server: Type.String() }, strict)

/** Of /openapi.json itself; the rest of it is https://spec.openapis.org/oas/v3.1.1.html. */
export const Description = Type.Object({ openapi: Type.String() })

/** RFC 9457 §3.1; further members say more. */
export const Problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer({ minimum: 400, maximum: 599 }),
  detail: Type.Optional(Type.String()),
})
