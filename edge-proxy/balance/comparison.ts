/**
 * Which backends are at fault when a request was tried at several of them. What one backend did wrong may be caused by the
 * request, or by something that all of them depend on. It is its own fault if another one did better with the same request:
 *
 *     backend1  no octet for 750 ms     backend2  200 after 5 ms      backend1 is at fault
 *     backend1  no octet for 750 ms     backend2  200 after 2 s       neither: the request takes long
 *     backend1  503                     backend2  200                 backend1 is at fault (it has lost its Redis, for example)
 *     backend1  503                     backend2  503                 neither: Redis is down for all
 *
 * So a client cannot get healthy backends banned with requests that are slow or fail everywhere.
 *
 * Read beside: attempts.ts (the record), retry.ts, ban.ts (what a fault leads to)
 * Pure.
 */

/** What is needed of an attempt here. */
export interface ComparedAttempt {
  /** A mishap of retry.ts, or how the attempt ended. */
  readonly outcome: string | undefined
}

/** What the last backend did. */
export interface FinalResponse {
  /** Undefined when there was no valid response. */
  readonly status: number | undefined
  /** From sending the request to the first octet, in milliseconds. */
  readonly wait: number
}

/**
 * The earlier attempts that failed by a fault of their backends.
 *
 * @param silence       after so many milliseconds without an octet, a backend counts as silent
 * @param retryStatuses statuses that count as failed
 */
export function faultsShownBy<A extends ComparedAttempt>(
  { status, wait }: FinalResponse,
  earlier: readonly A[],
  silence: number,
  retryStatuses: readonly number[],
): A[] {
  if (status === undefined) return []
  return earlier.filter(({ outcome }) => {
    if (outcome === 'silent') return wait < silence
    if (outcome === 'gateway status') return !retryStatuses.includes(status)
    return outcome === 'closed early'
  })
}
