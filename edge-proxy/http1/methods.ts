/**
 * Which methods exist, and which of them this proxy forwards.
 *
 * Read beside: RFC 9110 §9 (methods), §10.2.1 (Allow), §15.6.2 (501), the IANA registry of HTTP methods, request-head.ts (CONNECT
 *   and TRACE are refused)
 * Pure: words.
 */

/** The Allow field for a resource of a backend: every method but CONNECT and TRACE may exist there. */
export const ALLOWED_METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'

/** Those of the IANA registry, and others in use (UPnP, caches). Names are case-sensitive (RFC 9110 §9.1). */
const KNOWN = new Set(
  `ACL BASELINE-CONTROL BIND CHECKIN CHECKOUT CONNECT COPY DELETE GET HEAD LABEL LINK LOCK MERGE MKACTIVITY MKCALENDAR MKCOL
  MKREDIRECTREF MKWORKSPACE MOVE OPTIONS ORDERPATCH PATCH POST PRI PROPFIND PROPPATCH PUT QUERY REBIND REPORT SEARCH TRACE UNBIND
  UNCHECKOUT UNLINK UNLOCK UPDATE UPDATEREDIRECTREF VERSION-CONTROL M-SEARCH NOTIFY PURGE SOURCE SUBSCRIBE UNSUBSCRIBE`.split(
    /\s+/,
  ),
)

/** Whether a method is known. Another one may have any effect, so it is not forwarded (RFC 9110 §15.6.2). */
export function isKnownMethod(method: string): boolean {
  return method === 'GET' || KNOWN.has(method)
}
