/**
 * A reply as a value: what a route returns, and the server writes.
 *
 * Read beside: server.ts (writes it), refusal.ts (the other way to answer), RFC 9457
 * Pure: values in, values out.
 */
import { PROBLEM_TYPE, problem } from '#shared/problem.ts'
import type { Refusal } from '../refusal.ts'

export interface Reply {
  readonly status: number
  /** Field names and values in turn, as they will stand on the wire. */
  readonly headers: readonly string[]
  /** Text; empty for 204 and 303. */
  readonly body: string
}

/** "Never store this": for whatever is about one person (RFC 9111 §5.2.2.5). */
const PERSONAL = ['Cache-Control', 'no-store'] as const
/** "It is what its Content-Type says": a browser must not take text for a script or a page (Fetch §3.6). */
const CONTENT = [...PERSONAL, 'X-Content-Type-Options', 'nosniff'] as const
/**
 * The page may load our style sheet and send forms to us, and nothing else: no script runs, not even an injected one.
 * Its address goes to nobody else; with `no-referrer` a form would say `Origin: null` (Fetch §3.2) and be refused as foreign.
 */
const PAGE = [
  'Content-Security-Policy',
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'Referrer-Policy',
  'same-origin',
] as const

export function json(status: number, value: unknown, headers: readonly string[] = []): Reply {
  return { status, headers: ['Content-Type', 'application/json', ...CONTENT, ...headers], body: JSON.stringify(value) }
}

export function page(status: number, body: string, headers: readonly string[] = []): Reply {
  return { status, headers: ['Content-Type', 'text/html; charset=utf-8', ...CONTENT, ...PAGE, ...headers], body }
}

export function empty(headers: readonly string[] = []): Reply {
  return { status: 204, headers: [...PERSONAL, ...headers], body: '' }
}

/** 304: "what you have is still good" (RFC 9110 §15.4.5). */
export function notModified(tag: string): Reply {
  return { status: 304, headers: ['ETag', tag, ...PERSONAL], body: '' }
}

/** 303: "go there with GET", which is what a browser needs after a form (RFC 9110 §15.4.4). */
export function seeOther(location: string, headers: readonly string[] = []): Reply {
  return { status: 303, headers: ['Location', location, ...PERSONAL, ...headers], body: '' }
}

export function refused(refusal: Refusal): Reply {
  return {
    status: refusal.status,
    headers: ['Content-Type', PROBLEM_TYPE, ...CONTENT, ...refusal.headers],
    body: JSON.stringify(problem(refusal.status, refusal.message, refusal.members)),
  }
}
