/**
 * The response to a request that was refused, or that failed: problem details for programs, a page for browsers.
 *
 * Read beside: server.ts (when), ../refusal.ts; RFC 9457, #shared/problem.ts
 * Pure: an error in, a response out.
 */
import { PROBLEM_TYPE, problem } from '#shared/problem.ts'
import { Refusal } from '../refusal.ts'
import { CONTENT, page, type Reply } from './reply.ts'

/** Makes a page of a status and one English sentence. */
export type ErrorPage = (status: number, detail: string) => string

/** @param errorPage for a client that prefers HTML; undefined for all others */
export function errorReply({ status, message, headers, members }: Refusal, errorPage: ErrorPage | undefined): Reply {
  if (errorPage !== undefined) return page(status, errorPage(status, message), headers)
  const body = JSON.stringify(problem(status, message, members))
  return { status, headers: ['Content-Type', PROBLEM_TYPE, ...CONTENT, ...headers], body }
}

/** The refusal for a defect of the server. The reason is only in the log. */
export function defect(requestId: string): Refusal {
  return new Refusal(500, `this is a defect of the server; the reason is in its log, with the request id ${requestId}`)
}
