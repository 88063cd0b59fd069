/**
 * Security fields: they restrict what the page may do in a browser, so that an error in it, or markup in a user's name, does little harm.
 *
 * Read beside: W3C Content Security Policy 3, WHATWG Fetch §3.7 (Cross-Origin-Resource-Policy), W3C Referrer Policy §3,
 *   docs/decisions.md ("Security fields without TLS")
 * Pure: constants.
 */

export type FieldLine = readonly [name: string, value: string]

/** Sent with every file: browsers do not guess its type, and pages of other sites cannot embed it. */
export const FILE_FIELDS: readonly FieldLine[] = [
  ['X-Content-Type-Options', 'nosniff'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
]

/**
 * Every part of the page comes from its own origin; nothing in it is inline. Other pages cannot show it in a frame (clickjacking), and
 * its forms are sent only to its own origin.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Sent with documents: HTML, and SVG, which can contain scripts too. */
export const DOCUMENT_FIELDS: readonly FieldLine[] = [
  ['Content-Security-Policy', CONTENT_SECURITY_POLICY],
  ['Referrer-Policy', 'same-origin'],
  ['Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()'],
  // For browsers without support for frame-ancestors.
  ['X-Frame-Options', 'DENY'],
]
