/**
 * Max-Forwards: how many more servers may pass an OPTIONS on. At 0 whoever has it answers (TRACE is refused anyway).
 *
 *     Max-Forwards = 1*DIGIT
 *
 * Read beside: RFC 9110 §7.6.2
 * Pure: a head in, a number out.
 */
import { type Field, firstValue } from '../http1/fields.ts'
import { FramingError, quoted } from '../http1/framing-error.ts'

/** @returns undefined where the field is missing, or means nothing because the method is another */
export function maxForwards(method: string, fields: readonly Field[]): number | undefined {
  if (method !== 'OPTIONS') return undefined
  const value = firstValue(fields, 'max-forwards')
  if (value === undefined) return undefined
  if (/^\d{1,9}$/.test(value)) return Number(value)
  throw new FramingError(400, 'RFC 9110 §7.6.2', `Max-Forwards: ${quoted(value)} is not a number`)
}
