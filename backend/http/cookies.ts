/**
 * The session cookie: the one `Set-Cookie` that this backend writes.
 *
 * Read beside: shared/cookies.ts (reading), RFC 6265 §4.1 (Set-Cookie), §8 (security); `__Host-`: RFC 6265bis §4.1.3.2
 * Pure: text in, text out.
 */

/**
 * The session cookie's name. Over HTTPS a browser takes a `__Host-` cookie only when it is Secure, for `/` and for this very
 * host: no other machine under meutrabalho.com.br can plant one. Over plain HTTP there is no such protection to be had.
 */
export function sessionCookie(secure: boolean): string {
  return secure ? '__Host-sid' : 'sid'
}

/**
 * HttpOnly: no script reads it. SameSite=Lax: another site's form does not carry it. No Max-Age: it goes with the browser
 * window, and the session has its own end in Redis in any case.
 */
export function setCookie(id: string, secure: boolean): string {
  return `${sessionCookie(secure)}=${id}; Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
}

export function clearCookie(secure: boolean): string {
  return `${setCookie('', secure)}; Max-Age=0`
}
