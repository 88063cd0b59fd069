/**
 * Server-sent events as text, and the id from which a client wants to continue.
 *
 * Read beside: ../notices.ts; HTML Standard §9.2.5 (interpreting an event stream), §9.2.4 (Last-Event-ID)
 * Pure: values in, text out.
 */
import { Refusal } from '../../../../backend/refusal.ts'

/** One entry of a stream of notices. */
export interface NoticeEntry {
  /** The id in Redis, also that of the event: `1764331200000-0`. */
  readonly id: string
  /** JSON. It has no line ends. */
  readonly notice: string
}

/** Milliseconds until a browser connects again. */
const RETRY_MS = 2_000

/** The first event: it has an id, so that a client that is cut off before any change can continue from here. */
export function openingText(id: string): string {
  return `retry: ${RETRY_MS}\nid: ${id}\nevent: inicio\ndata: {}\n\n`
}

/** One event of the stream (WHATWG HTML §9.2); `notice` is JSON on one line. */
export function noticeText({ id, notice }: NoticeEntry): string {
  return `id: ${id}\nevent: ticket\ndata: ${notice}\n\n`
}

/** Notices between the client's last one and this one are gone: it has to read its list again. */
export const RELOAD_TEXT = 'event: recarregar\ndata: {}\n\n'

/** A comment: nothing happens, but proxies and clients see that the connection is alive. */
export const HEARTBEAT_TEXT = ': vivo\n\n'

const ENTRY_ID = /^\d{1,15}-\d{1,10}$/

/** @throws Refusal 400 for an id that none of our events had */
export function lastEventId(field: string | undefined): string | undefined {
  if (field === undefined || field === '') return undefined
  if (ENTRY_ID.test(field)) return field
  throw new Refusal(400, 'Last-Event-ID must be the id of an event from here: 1764331200000-0, for example')
}

/** Whether one id is before another one. */
export function isEarlier(one: string, other: string): boolean {
  const [oneMs = 0, oneCount = 0] = one.split('-').map(Number)
  const [otherMs = 0, otherCount = 0] = other.split('-').map(Number)
  return oneMs < otherMs || (oneMs === otherMs && oneCount < otherCount)
}
