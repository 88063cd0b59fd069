/**
 * The attempts of one request, one after the other: which backend is next, whether there may be another attempt, and which
 * backends were at fault. Keeps the counters of the backends.
 *
 * Read beside: ../exchange/exchange.ts, balancer.ts, retry.ts and comparison.ts (the rules), backend.ts (the counters)
 * Pure: keeps records; time comes in.
 */
import type { FailureName } from '../failures.ts'
import type { Field } from '../http1/fields.ts'
import { isLastResort } from './availability.ts'
import type { Backend } from './backend.ts'
import type { Balancer, Choice } from './balancer.ts'
import { answered, NOT_BANNED } from './ban.ts'
import { faultsShownBy } from './comparison.ts'
import { costsBudget, type Mishap, mayRetry, type RetryBudget } from './retry.ts'

export interface Attempt {
  readonly choice: Choice
  /** Whether the connection was used before. */
  reused: boolean
  /** When the whole request was sent, on the clock's `now()`; undefined before. */
  sentAt: number | undefined
  /** When the first octet of a response was received. */
  firstOctetAt: number | undefined
  /** One sentence; only while there is a watcher. */
  readonly reason: string | undefined
  outcome: FailureName | Mishap | 'answered' | 'switched' | undefined
}

/** What the attempts of all requests to a cluster share. */
export interface AttemptPolicy {
  readonly balancer: Balancer
  readonly retryBudget: RetryBudget
  /** Statuses of a response for which another backend is asked instead. */
  readonly retryStatuses: readonly number[]
}

export class Attempts {
  readonly list: Attempt[] = []
  readonly #policy: AttemptPolicy
  readonly #fields: readonly Field[]
  readonly #repeatable: boolean
  /** Attempts before this index do not count as tried any more. */
  #round = 0

  /** @param fields of the request @param repeatable whether it may be sent twice (retry.ts) */
  constructor(policy: AttemptPolicy, fields: readonly Field[], repeatable: boolean) {
    this.#policy = policy
    this.#fields = fields
    this.#repeatable = repeatable
    policy.retryBudget.earn()
  }

  get last(): Attempt | undefined {
    return this.list.at(-1)
  }

  /** The open one. Only where one has begun. */
  get current(): Attempt {
    return this.list.at(-1) as Attempt
  }

  /** The backends that were tried in this round. */
  get tried(): Backend[] {
    return this.list.slice(this.#round).map(attempt => attempt.choice.backend)
  }

  /** The next backend; undefined when all that may be picked were tried. */
  choose(now: number): Choice | undefined {
    return this.#policy.balancer.choose(this.#fields, this.tried, now)
  }

  /** Whether another backend than those tried is available. */
  hasOther(now: number): boolean {
    return this.#policy.balancer.hasOther(this.tried, now)
  }

  /** Whether the request may wait for a backend to come back: it may be sent twice, and there is one that could. */
  get mayHold(): boolean {
    return this.#repeatable && this.#policy.balancer.backends.some(isLastResort)
  }

  /** After a wait: all backends may be tried again. */
  beginRound(): void {
    this.#round = this.list.length
  }

  begin(choice: Choice, reason: string | undefined): void {
    this.list.push({ choice, reused: false, sentAt: undefined, firstOctetAt: undefined, reason, outcome: undefined })
    choice.backend.active++
    choice.backend.requests++
  }

  /** Whether the current attempt may be given up for another one. What that costs is paid. @param elapsed since the request's head */
  mayLeave(mishap: Mishap, elapsed: number, now: number): boolean {
    if (!mayRetry(mishap, this.#repeatable, elapsed)) return false
    const needsOther = mishap === 'silent' || mishap === 'gateway status'
    if (needsOther && !this.hasOther(now)) return false
    return !costsBudget(mishap) || this.#policy.retryBudget.spend()
  }

  /** Whether a response with this status is discarded, and another backend asked. */
  discards(status: number, elapsed: number, now: number): boolean {
    return this.#policy.retryStatuses.includes(status) && this.mayLeave('gateway status', elapsed, now)
  }

  /**
   * The backend that kept its client waiting until the client gave up: it had the whole request, and has sent nothing. One that
   * has passed a check meanwhile is not silent.
   *
   * @param silence milliseconds after which a backend counts as silent
   */
  silentBackend(silence: number, now: number): Backend | undefined {
    const { last } = this
    if (last?.sentAt === undefined || last.firstOctetAt !== undefined || last.outcome !== undefined) return undefined
    const { backend } = last.choice
    const alive = backend.lastCheck?.passed === true && backend.lastCheck.at > last.sentAt
    return now - last.sentAt >= silence && !alive ? backend : undefined
  }

  leave(mishap: Mishap): void {
    const { current } = this
    current.outcome = mishap
    current.choice.backend.active--
    if (mishap !== 'stale connection') current.choice.backend.retries++
  }

  /**
   * The current attempt, if there is one, was the last.
   *
   * @param status  of the response that the client got, if it got one
   * @param silence milliseconds after which a backend counts as silent
   * @returns the backends that this response shows to be at fault in earlier attempts
   */
  settle(outcome: Attempt['outcome'], status: number | undefined, silence: number, now: number): Backend[] {
    const { last } = this
    if (last === undefined || last.outcome !== undefined) return []
    last.outcome = outcome
    const { backend } = last.choice
    backend.active--
    if (status !== undefined) backend.countResponse(status)
    const good = outcome === 'answered' || outcome === 'switched'
    if (good && backend.ban !== NOT_BANNED) backend.ban = answered(backend.ban, now)
    const wait = (last.firstOctetAt ?? now) - (last.sentAt ?? now)
    const final = { status: good ? status : undefined, wait }
    return faultsShownBy(final, this.list, silence, this.#policy.retryStatuses).map(({ choice }) => choice.backend)
  }
}
