/**
 * Which methods this proxy forwards.
 *
 * Read beside: RFC 9110 §9 (methods), §10.2.1 (Allow), request-head.ts (CONNECT and TRACE are refused)
 * Pure: words.
 */

/** The Allow field for a resource of which the edge knows nothing: every method but CONNECT and TRACE may exist there. */
export const ALLOWED_METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'
