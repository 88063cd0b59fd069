/**
 * The ids of a request, the same at every hop: X-Request-Id for people, traceparent for tracing tools.
 *
 * Read beside: shared/request-id.ts (which ids are accepted), W3C Trace Context §3.2 (traceparent)
 * Pure apart from `randomHex`, which takes octets from the system's random source.
 */
import { randomBytes } from 'node:crypto'
import { isRequestId } from '#shared/request-id.ts'
import { type Field, valuesOf } from '../http1/fields.ts'

const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})$/

/** The client's own id if it is acceptable, otherwise a new one: 32 hexadecimal digits. */
export function requestId(fields: readonly Field[], random: (octets: number) => string): string {
  for (const field of fields) {
    if (field.key !== 'x-request-id') continue
    if (isRequestId(field.value) && valuesOf(fields, 'x-request-id').length === 1) return field.value
    break
  }
  return random(16)
}

/** The trace continued with the edge's own span, or a new one. After a malformed or repeated traceparent, a new trace begins (§3.2.2.3). */
export function traceparent(fields: readonly Field[], random: (octets: number) => string): string {
  let given: string | undefined
  for (const field of fields) {
    if (field.key !== 'traceparent') continue
    given = given === undefined ? field.value : ''
  }
  const known = given === undefined ? null : TRACEPARENT.exec(given)
  return known ? `00-${known[1]}-${random(8)}-${known[2]}` : `00-${random(16)}-${random(8)}-01`
}

const POOL_OCTETS = 4096
let pool = ''
let used = 0

/** Random octets, at most 4096, as hexadecimal digits. Read 4096 at a time, because each read costs a system call. */
export function randomHex(octets: number): string {
  if (used + 2 * octets > pool.length) {
    pool = randomBytes(POOL_OCTETS).toString('hex')
    used = 0
  }
  used += 2 * octets
  return pool.slice(used - 2 * octets, used)
}
