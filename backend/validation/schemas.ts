/**
 * What requests may say: each body as a JSON Schema, which also goes into `/openapi.json` as it stands.
 *
 * Read beside: JSON Schema 2020-12, https://github.com/sinclairzx81/typebox
 * Pure: values in, values or a refusal out.
 */
import Type, { type Static, type TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import { Refusal } from '../http/refusal.ts'

const strict = { additionalProperties: false }

/** What a login sends. Bounds only: what is too long for any account is simply wrong. */
export const Credentials = Type.Object(
  {
    username: Type.String({ minLength: 1, maxLength: 256 }),
    password: Type.String({ minLength: 1, maxLength: 256 }),
  },
  strict,
)

const validators = new WeakMap<TSchema, Validator>()

/** The value, if it is as the schema says. @throws Refusal 400 that names every field that is not */
export function check<Schema extends TSchema>(schema: Schema, value: unknown): Static<Schema> {
  let validator = validators.get(schema)
  if (!validator) {
    validator = Compile(schema)
    validators.set(schema, validator)
  }
  if (validator.Check(value)) return value as Static<Schema>
  const errors = validator.Errors(value).map(({ instancePath, message }) => ({
    field: instancePath.slice(1) || '(body)',
    message,
  }))
  const summary = errors.map(({ field, message }) => `${field}: ${message}`).join('; ')
  throw new Refusal(400, summary, { members: { errors } })
}
