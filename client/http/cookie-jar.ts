/**
 * Cookies per host name: the one set by `www` is not sent to `ingressos`, so people log in on each.
 *
 * Deviates from RFC 6265 §5.3, because the lab needs no more: `Domain` and `Path` are ignored (each cookie is host-only and sent on every
 * path), `Secure` cookies are kept, and `Expires` matters only where it deletes.
 *
 * Read beside: RFC 6265 §5.2 (parsing Set-Cookie), §5.4 (the Cookie field)
 * Pure: fields in, fields out; the time is an argument.
 */

interface HeldCookie {
  readonly value: string
  /** Milliseconds since 1970; infinite for a cookie that lasts as long as the browser. */
  readonly expires: number
}

export class CookieJar {
  readonly #hosts = new Map<string, Map<string, HeldCookie>>()

  /** Takes the Set-Cookie fields of a response. @param now milliseconds since 1970 */
  take(host: string, setCookie: readonly string[], now: number): void {
    const cookies = this.#hosts.get(host) ?? new Map<string, HeldCookie>()
    this.#hosts.set(host, cookies)
    for (const field of setCookie) {
      const [pair = '', ...attributes] = field.split(';')
      const equals = pair.indexOf('=')
      if (equals < 1) continue
      const name = pair.slice(0, equals).trim()
      const expires = expiryOf(attributes, now)
      if (expires <= now) cookies.delete(name)
      else cookies.set(name, { value: pair.slice(equals + 1).trim(), expires })
    }
  }

  /** The Cookie field for a request; undefined when there is nothing to send. */
  fieldFor(host: string, now: number): string | undefined {
    const held = [...(this.#hosts.get(host) ?? [])].filter(([, cookie]) => cookie.expires > now)
    return held.length === 0 ? undefined : held.map(([name, { value }]) => `${name}=${value}`).join('; ')
  }

  clear(): void {
    this.#hosts.clear()
  }
}

/** Max-Age has precedence over Expires (RFC 6265 §5.3 step 3). */
function expiryOf(attributes: readonly string[], now: number): number {
  const lastOf = (wanted: string) =>
    attributes
      .map(attribute => attribute.split('='))
      .findLast(([name = '']) => name.trim().toLowerCase() === wanted)?.[1]
      ?.trim()
  const maxAge = lastOf('max-age')
  if (maxAge !== undefined && /^-?\d+$/.test(maxAge)) return now + Number(maxAge) * 1000
  const expires = Date.parse(lastOf('expires') ?? '')
  return Number.isNaN(expires) ? Number.POSITIVE_INFINITY : expires
}
