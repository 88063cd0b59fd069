/**
 * The largest message parts that are accepted from a peer. Every limit of the framing layer, with its reason.
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

/** For clients, which are not trusted: much more than browsers send (Chromium sends about 800 octets of fields). */
export const REQUEST_LIMITS: HeadLimits = { startLine: 8192, field: 8192, fields: 16_384, count: 100 }

/** For backends, which are our own; cookies and policies make their heads longer. */
export const RESPONSE_LIMITS: HeadLimits = { startLine: 8192, field: 16_384, fields: 65_536, count: 200 }

/** The line with the chunk's size and extensions, without its CRLF. */
export const CHUNK_LINE_LIMIT = 256

/** All chunk extensions of one message. Without a limit, a small body could cost any number of octets (CVE-2023-39326). */
export const CHUNK_EXTENSIONS_LIMIT = 16_384

/** Interim responses (1xx) to one request. Backends send one or two; a faulty one might send them in a loop. */
export const INTERIM_LIMIT = 32
