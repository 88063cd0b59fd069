/**
 * Request ids: which values of X-Request-Id are accepted from a client. One rule, so that a request has the same id at every hop.
 *
 * No standard defines the field. The characters are those that a log line, a header field and a URL can carry unquoted; they
 * include base64 (`+ / =`), because many programs generate ids with it.
 *
 * Read beside: edge-proxy/forwarding/identity.ts and backend/http/forwarded.ts (the two readers of the field)
 * Pure: text in, a verdict out.
 */

const REQUEST_ID = /^[\w.~:+/=-]{1,128}$/

/** Whether `value` is 1 to 128 octets of letters, digits and `. _ ~ : + / = -`. Any other id is replaced by a new one. */
export function isRequestId(value: string): boolean {
  return REQUEST_ID.test(value)
}
