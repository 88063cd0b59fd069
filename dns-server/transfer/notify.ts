/**
 * NOTIFY: "your copy of this zone is out of date", said by a primary to its secondaries.
 *
 * Read beside: RFC 1996 §3 (the messages), §3.11 (who is believed)
 * Pure: a question in, an answer out.
 */
import { type Answer, refusal } from '../answer/answer.ts'
import type { Client } from '../answer/respond.ts'
import { RCODE } from '../wire/codes.ts'
import type { Question } from '../wire/question.ts'

/** Answers a NOTIFY, and sees to it that the zone is refreshed. */
export type NotifyHandler = (question: Question, client: Client) => Answer

/** A primary is nobody's secondary. */
export const notASecondary: NotifyHandler = () => refusal(RCODE.NOTAUTH)
