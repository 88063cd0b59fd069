/**
 * Parts that the schemas of several routes share.
 *
 * Read beside: ../routes/login-schemas.ts and its neighbours; JSON Schema 2020-12, https://github.com/sinclairzx81/typebox
 * Pure: values.
 */
import Type from 'typebox'

/** A member that the schema does not have is a typing error or an attack: the response names it, instead of ignoring it. */
export const strict = { additionalProperties: false }

/** RFC 3339 §5.6. */
export const Instant = Type.String({ format: 'date-time' })

/** Where sessions are kept. */
export const Store = Type.Enum(['redis', 'memory'])
