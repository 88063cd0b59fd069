/**
 * The exercises in code, in the order of the lessons.
 *
 * Read beside: exercise/exercise.ts (what an exercise is)
 * Pure.
 */
import { exercise as names } from './01-names/exercise.ts'
import { exercise as roundRobin } from './02-round-robin/exercise.ts'
import { exercise as deadMachine } from './03-dead-machine/exercise.ts'
import { exercise as reverseProxy } from './04-reverse-proxy/exercise.ts'
import { exercise as healthChecks } from './05-health-checks/exercise.ts'
import { exercise as ticketSale } from './09-ticket-sale/exercise.ts'
import type { Exercise } from './exercise/exercise.ts'

export const EXERCISES: readonly Exercise[] = [names, roundRobin, deadMachine, reverseProxy, healthChecks, ticketSale]

/** The exercise of that number; `2` is `02`. Undefined when that lesson has none. */
export function exerciseNumbered(number: string): Exercise | undefined {
  return EXERCISES.find(exercise => exercise.number === number.padStart(2, '0'))
}
