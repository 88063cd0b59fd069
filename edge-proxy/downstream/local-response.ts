/**
 * Responses that the edge makes itself: errors, its health, static files.
 *
 * Read beside: RFC 9457 (problem details), RFC 9110 §15, §9.3.2 (HEAD)
 * Pure: values in, octets out.
 */
import { STATUS_CODES } from 'node:http'
import { PROBLEM_TYPE, type Problem, problem } from '#shared/problem.ts'

export interface LocalResponse {
  readonly status: number
  readonly fields: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer
  /** With an error: what `body` says, for another form of it. */
  readonly problem?: Problem
}

/** What is added to every local response. */
export interface LocalPassage {
  readonly edge: string
  readonly requestId: string
  /** Milliseconds since the head of the request was complete; undefined when it never was. */
  readonly duration: number | undefined
  /** Backends without requests, and why (../balance/unavailable.ts). */
  readonly unavailable: string | undefined
  readonly date: string
  readonly keepAlive: boolean
  /** HEAD gets the head that GET would get, and no body. */
  readonly toHead: boolean
}

/** The head for the client, with the empty line that ends it. */
export function localHead({ status, fields, body }: LocalResponse, passage: LocalPassage): string {
  let text = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nDate: ${passage.date}\r\n`
  for (const [name, value] of fields) text += `${name}: ${value}\r\n`
  // RFC 9110 §8.6: no Content-Length with 204; with 304 it would have to be that of the 200, which is not sent.
  if (status !== 204 && status !== 304) {
    text += `Content-Length: ${body.length}\r\n`
  }
  if (!passage.keepAlive) text += 'Connection: close\r\n'
  if (passage.unavailable !== undefined) text += `X-Unavailable: ${passage.unavailable}\r\n`
  // For the page itself: a script can read this field of the response that loaded it, but not X-Served-By.
  if (passage.duration !== undefined)
    text += `Server-Timing: edge;dur=${passage.duration.toFixed(2)};desc=${passage.edge}\r\n`
  return `${text}X-Served-By: ${passage.edge}\r\nX-Request-Id: ${passage.requestId}\r\n\r\n`
}

/** An error as `application/problem+json`, with further members for programs: `side`, `rule`, `failure` … */
export function problemResponse(
  status: number,
  detail: string,
  members: Readonly<Record<string, unknown>>,
  fields: readonly (readonly [string, string])[] = [],
): LocalResponse {
  const described = problem(status, detail, members)
  return {
    status,
    fields: [['Content-Type', PROBLEM_TYPE], ['Cache-Control', 'no-store'], ...fields],
    body: jsonBody(described),
    problem: described,
  }
}

/** JSON and a line end, for people who use curl. */
export function jsonBody(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`)
}
