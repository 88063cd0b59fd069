/**
 * The check of each lesson.
 *
 * Pure.
 */
import { check as names } from './01-names/check.ts'
import { check as roundRobin } from './02-round-robin/check.ts'
import { check as deadMachine } from './03-dead-machine/check.ts'
import { check as reverseProxy } from './04-reverse-proxy/check.ts'
import { check as healthChecks } from './05-health-checks/check.ts'
import { check as sessions } from './06-sessions/check.ts'
import { check as attackDay } from './07-attack-day/check.ts'
import { check as replicas } from './08-replicas/check.ts'
import { check as ticketSale } from './09-ticket-sale/check.ts'
import { check as messages } from './10-messages/check.ts'
import { check as tokens } from './11-tokens/check.ts'
import { check as assignment } from './12-assignment/check.ts'
import type { LessonCheck } from './grading/check.ts'

/** By the number of the lesson. */
export const CHECKS: Readonly<Record<string, LessonCheck>> = {
  '01': names,
  '02': roundRobin,
  '03': deadMachine,
  '04': reverseProxy,
  '05': healthChecks,
  '06': sessions,
  '07': attackDay,
  '08': replicas,
  '09': ticketSale,
  '10': messages,
  '11': tokens,
  '12': assignment,
}
