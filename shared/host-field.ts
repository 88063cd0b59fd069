/**
 * The value of the Host field: whether it is one, and which name and port it gives.
 *
 *     Host      = uri-host [ ":" port ]
 *     uri-host  = IP-literal / IPv4address / reg-name
 *     IP-literal = "[" ( IPv6address / IPvFuture ) "]"
 *     IPvFuture = "v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" )
 *
 * Read beside: RFC 9110 §7.2 (Host), RFC 3986 §3.2.2 (host), §3.2.3 (port), §6.2.3 (an empty port equals none)
 * Pure: text in, values out.
 */

export interface HostField {
  /** In lower case; an IP literal keeps its brackets. */
  readonly name: string
  /** Digits; empty where no port was given, also for `name:`. */
  readonly port: string
}

/** A name has at most 255 octets, an address in brackets 45 and more for IPvFuture, a port 5 digits. Userinfo is not part of it. */
const HOST =
  /^(\[(?:[0-9A-Fa-f:.]{2,45}|[vV][0-9A-Fa-f]{1,8}\.[A-Za-z0-9\-._~!$&'()*+,;=:]{1,64})\]|(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2}){1,255})(?::(\d{0,5}))?$/

/** Whether the text is a host, with a port or without. An empty one is not (RFC 9110 §4.2.1: such an http URI is invalid). */
export function isHost(text: string): boolean {
  return HOST.test(text)
}

/** The name and the port, or undefined when it is not a host. Names are compared without case (RFC 9110 §4.2.3). */
export function parseHost(text: string): HostField | undefined {
  const match = HOST.exec(text)
  if (match === null) return undefined
  return { name: (match[1] as string).toLowerCase(), port: match[2] ?? '' }
}

/** Whether two Host fields mean the same, where `defaultPort` is what a missing port stands for. */
export function sameHost(one: string, other: string, defaultPort = '80'): boolean {
  const [first, second] = [parseHost(one), parseHost(other)]
  if (first === undefined || second === undefined) return false
  return first.name === second.name && (first.port || defaultPort) === (second.port || defaultPort)
}
