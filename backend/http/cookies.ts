/**
 * The session cookie: the one `Set-Cookie` that this backend writes.
 *
 * Read beside: shared/cookies.ts (reading), RFC 6265 §4.1 (Set-Cookie), §8 (security); `__Host-`: RFC 6265bis §4.1.3.2
 * Pure: text in, text out.
 */

/**
 * The name of the session cookie. Over HTTPS a browser accepts a `__Host-` cookie only if it is Secure, for the path `/` and set by
 * this host itself: no other host under meutrabalho.com.br can set it. Over HTTP there is no such protection.
 */
export function sessionCookie(secure: boolean): string {
  return secure ? '__Host-sid' : 'sid'
}

/**
 * HttpOnly: scripts cannot read it. SameSite=Lax: it is not sent with a form of another site. Without Max-Age it is deleted when the
 * browser is closed; the session in Redis ends by itself.
 */
export function setCookie(id: string, secure: boolean): string {
  return `${sessionCookie(secure)}=${id}; Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
}

/** Makes the browser delete the session cookie. */
export function clearCookie(secure: boolean): string {
  return `${setCookie('', secure)}; Max-Age=0`
}
