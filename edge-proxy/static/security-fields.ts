/**
 * What browsers are told about the page, so that a mistake in it (or a guest in a text that it shows) can do little.
 *
 * Read beside: W3C Content Security Policy 3, WHATWG Fetch §3.7 (Cross-Origin-Resource-Policy), W3C Referrer Policy §3,
 *   docs/decisions.md ("What a page without TLS cannot ask for")
 * Pure: words.
 */

type FieldLine = readonly [name: string, value: string]

/** With every file: no guessing of types, and no use from pages of another site. */
export const FILE_FIELDS: readonly FieldLine[] = [
  ['X-Content-Type-Options', 'nosniff'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
]

/**
 * Everything that the page consists of comes from its own origin; nothing in it is inline. Nobody frames it (a button under
 * the wrong picture is how people are made to click), and its forms go home.
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

/** With what a browser opens as a document: HTML, and SVG, which may hold scripts too. */
export const DOCUMENT_FIELDS: readonly FieldLine[] = [
  ['Content-Security-Policy', CONTENT_SECURITY_POLICY],
  ['Referrer-Policy', 'same-origin'],
  ['Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()'],
  // For browsers that know no frame-ancestors.
  ['X-Frame-Options', 'DENY'],
]
