/**
 * A response as a value: what a route returns, and what the server writes.
 *
 * Read beside: server.ts (writes it), error-reply.ts (the responses to refused requests); RFC 3339 §5.6 (instants)
 * Pure: values in, values out.
 */
import type { Readable } from 'node:stream'

export interface Reply {
  readonly status: number
  /** Field names and values alternating, as they are sent. */
  readonly headers: readonly string[]
  /** Empty for 204, 303 and 304. A stream is sent in chunks as it comes: server-sent events, for example. */
  readonly body: string | Buffer | Readable
}

/** Never stored by a cache: the responses are about one person (RFC 9111 §5.2.2.5). */
const PERSONAL = ['Cache-Control', 'no-store'] as const
/** A browser must not guess another type than Content-Type, and run text as a script (Fetch §3.6). */
export const CONTENT = [...PERSONAL, 'X-Content-Type-Options', 'nosniff'] as const
/**
 * A page may load our style sheet and images and send forms to us, and nothing else: no script runs, not even an injected one.
 * Its address is not sent to other sites. `no-referrer` would make forms send `Origin: null` (Fetch §3.2), which is refused.
 */
const PAGE = [
  'Content-Security-Policy',
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'Referrer-Policy',
  'same-origin',
] as const

/** A response with a JSON body. @param headers further fields: name, value, name, value … */
export function json(status: number, value: unknown, headers: readonly string[] = []): Reply {
  return { status, headers: ['Content-Type', 'application/json', ...CONTENT, ...headers], body: JSON.stringify(value) }
}

/** The same with an HTML document. */
export function page(status: number, body: string, headers: readonly string[] = []): Reply {
  return { status, headers: ['Content-Type', 'text/html; charset=utf-8', ...CONTENT, ...PAGE, ...headers], body }
}

/** 204: done, without content. */
export function empty(headers: readonly string[] = []): Reply {
  return { status: 204, headers: [...PERSONAL, ...headers], body: '' }
}

/** 304: the client's copy is still current (RFC 9110 §15.4.5). */
export function notModified(tag: string): Reply {
  return { status: 304, headers: ['ETag', tag, ...PERSONAL], body: '' }
}

/** 303: continue there with GET. A browser needs it after a form (RFC 9110 §15.4.4). */
export function seeOther(location: string, headers: readonly string[] = []): Reply {
  return { status: 303, headers: ['Location', location, ...PERSONAL, ...headers], body: '' }
}

/** Cached texts of instants. When there are this many, all are dropped. */
const MOST_INSTANTS = 1_000
const instants = new Map<number, string>()

/**
 * An instant as in JSON: `2026-11-22T05:15:35.120Z`. Cached, because formatting is a tenth of the work of a `/status`, and under
 * load the same instants are formatted again and again: many requests come in one millisecond, and a session keeps its times.
 *
 * @param epoch milliseconds since 1970
 * @throws RangeError when the year cannot be written
 */
export function instantText(epoch: number): string {
  let text = instants.get(epoch)
  if (text === undefined) {
    text = new Date(epoch).toISOString()
    if (instants.size >= MOST_INSTANTS) instants.clear()
    instants.set(epoch, text)
  }
  return text
}
