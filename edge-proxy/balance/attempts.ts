/**
 * The backends that one request was sent to, one after the other, and what came of each; their counters kept.
 *
 * Read beside: ../exchange.ts, retry.ts (whether there is another one), backend.ts (the counters)
 * Pure: keeps records.
 */
import type { Clock } from '#shared/clock.ts'
import type { FailureName } from '../failures.ts'
import type { Backend } from './backend.ts'
import type { Choice } from './balancer.ts'
import { answered, NOT_BANNED } from './ban.ts'
import type { Mishap } from './retry.ts'

export interface Attempt {
  readonly choice: Choice
  /** Whether the connection had been idle before. */
  readonly reused: boolean
  /** One sentence; only while somebody watches. */
  readonly reason: string | undefined
  outcome: FailureName | Mishap | 'answered' | 'switched' | undefined
}

export class Attempts {
  readonly list: Attempt[] = []

  get last(): Attempt | undefined {
    return this.list.at(-1)
  }

  /** The one that is under way. Only where one has begun. */
  get current(): Attempt {
    return this.list.at(-1) as Attempt
  }

  get backends(): Backend[] {
    return this.list.map(attempt => attempt.choice.backend)
  }

  begin(choice: Choice, reused: boolean, reason: string | undefined): void {
    this.list.push({ choice, reused, reason, outcome: undefined })
    choice.backend.active++
    choice.backend.requests++
  }

  /** The current one is given up for another. */
  leave(mishap: Mishap): void {
    const { current } = this
    current.outcome = mishap
    current.choice.backend.active--
    if (mishap !== 'stale connection') current.choice.backend.retries++
  }

  /** The current one, if there is one, was the last. @param status of the answer that the client got, if it got one */
  settle(outcome: Attempt['outcome'], status: number | undefined, clock: Clock): void {
    const { last } = this
    if (last === undefined || last.outcome !== undefined) return
    last.outcome = outcome
    const { backend } = last.choice
    backend.active--
    if (status !== undefined) backend.countResponse(status)
    const good = outcome === 'answered' || outcome === 'switched'
    if (good && backend.ban !== NOT_BANNED) backend.ban = answered(backend.ban, clock.now())
  }
}
