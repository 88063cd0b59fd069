/**
 * Checks a value against its schema: the value with its TypeScript type, or a refusal that names every wrong field.
 *
 * Read beside: schema-parts.ts, ../routes/login-schemas.ts and its neighbours
 * Pure: a value in, the value or a refusal out.
 */
import type { Static, TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import type { TLocalizedValidationError } from 'typebox/error'
import { Refusal } from '../refusal.ts'

const validators = new WeakMap<TSchema, Validator>()

/** @throws Refusal 400 that names every wrong field */
export function check<Schema extends TSchema>(schema: Schema, value: unknown): Static<Schema> {
  const validator = validatorFor(schema)
  if (validator.Check(value)) return value as Static<Schema>
  const errors = validator
    .Errors(value)
    .filter(({ keyword }) => keyword !== 'boolean') // repeats the error of 'additionalProperties'
    .map(error => describe(schema, error))
  const summary = errors.map(({ field, message }) => `${field}: ${message}`).join('; ')
  throw new Refusal(400, summary, { members: { errors } })
}

/** Checks a query string: missing members get their defaults, and decimal numbers become numbers. @throws Refusal 400 */
export function checkQuery<Schema extends TSchema>(schema: Schema, query: URLSearchParams): Static<Schema> {
  const value = new Map<string, unknown>()
  for (const [name, text] of query) {
    if (value.has(name)) throw new Refusal(400, `${JSON.stringify(name)} is twice in the query`)
    value.set(name, /^\d{1,15}$/.test(text) ? Number(text) : text)
  }
  return check(schema, validatorFor(schema).Default(Object.fromEntries(value)))
}

/** Characters. Longer names are shortened in the message. */
const LONGEST_NAME = 80

/** The message is the description of the field in the schema; without one, that of the validator. */
function describe(schema: TSchema, { keyword, instancePath, params, message }: TLocalizedValidationError) {
  const { additionalProperties, requiredProperties } = params as Partial<Record<string, string[]>>
  const named = (additionalProperties ?? requiredProperties)?.join(', ') || instancePath.slice(1) || '(body)'
  const field = named.length > LONGEST_NAME ? `${named.slice(0, LONGEST_NAME)}…` : named
  const { properties = {} } = schema as { properties?: Record<string, { description?: string }> }
  if (keyword === 'additionalProperties') {
    return { field, message: `is not known; the known ones are ${Object.keys(properties).join(', ')}` }
  }
  if (keyword === 'required') return { field, message: 'is missing' }
  return { field, message: properties[field]?.description ?? message }
}

function validatorFor(schema: TSchema): Validator {
  let validator = validators.get(schema)
  if (!validator) {
    validator = Compile(schema)
    validators.set(schema, validator)
  }
  return validator
}
