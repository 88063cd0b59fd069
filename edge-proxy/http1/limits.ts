/**
 * How much of anything a peer may send before it is refused. Every limit of the framing layer, with its reason.
 *
 * Read beside: RFC 9112 §3 (request line ≥ 8000 octets), RFC 9110 §5.4 (field limits), RFC 9112 §7.1.1 (chunk extensions)
 * Pure: numbers.
 */

/** All in octets, except `count`. */
export interface HeadLimits {
  /** The request line or status line. RFC 9112 §3 recommends to support at least 8000. */
  readonly startLine: number
  /** One field line, name and value. */
  readonly field: number
  /** All field lines together, with their CRLFs. */
  readonly fields: number
  /** Number of field lines. */
  readonly count: number
}

/** Clients are strangers: what browsers send with room to spare (Chromium sends about 800 octets of fields). */
export const REQUEST_LIMITS: HeadLimits = { startLine: 8192, field: 8192, fields: 16_384, count: 100 }

/** Backends are ours, and cookies and policies make their heads longer; still nothing without an end. */
export const RESPONSE_LIMITS: HeadLimits = { startLine: 8192, field: 16_384, fields: 65_536, count: 200 }

/** The line with the chunk's size and extensions, without its CRLF. */
export const CHUNK_LINE_LIMIT = 256

/** All chunk extensions of one message: a body must not be a carrier for octets that nobody asked for (CVE-2023-39326). */
export const CHUNK_EXTENSIONS_LIMIT = 16_384

/** Interim answers (1xx) to one request. Backends send one or two; a backend in a loop sends them without an end. */
export const INTERIM_LIMIT = 32
