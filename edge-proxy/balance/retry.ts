/**
 * Whether a request that failed may be sent again. The whole table in one place:
 *
 *     | what happened                                          | again?                                   |
 *     |--------------------------------------------------------|------------------------------------------|
 *     | connection refused or timed out: nothing was sent      | always, to another backend               |
 *     | sent on a connection that was idle before, and closed  | if it is repeatable, on a fresh one      |
 *     |   without an octet of an answer                        |                                          |
 *     | 502, 503, 504 from a backend, where switched on        | if it is repeatable, to another backend  |
 *     | an octet of the answer went to the client              | never: the connection is cut             |
 *     | a body that has been sent and is gone                  | never                                    |
 *
 * and at most as often as there are backends, within `RETRY_WITHIN_MS`, and within a budget of 20 % of all requests: when
 * everything fails, retries must not multiply the load.
 *
 * Read beside: RFC 9110 §9.2.2 (idempotent methods), RFC 9112 §9.3.1 (retrying), the SRE book, "retry budgets"
 * Pure.
 */

/** From a request's head to its last retry, in milliseconds. */
export const RETRY_WITHIN_MS = 5_000

/** Methods of which two have the same effect as one (RFC 9110 §9.2.2). TRACE is one too, and refused. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])

/** Whether a request can be sent twice: it changes nothing more by that, and no body is needed a second time. */
export function isRepeatable(method: string, hasBody: boolean): boolean {
  return !hasBody && (method === 'GET' || IDEMPOTENT.has(method))
}

export type Mishap = 'not connected' | 'stale connection' | 'gateway status'

export function mayRetry(mishap: Mishap, repeatable: boolean, elapsed: number): boolean {
  if (elapsed > RETRY_WITHIN_MS) return false
  return mishap === 'not connected' || repeatable
}

/** Every request earns a fifth of a retry. Beginning with a full purse, so that the first requests may be unlucky. */
export class RetryBudget {
  static readonly EARNED = 0.2
  static readonly MOST = 50
  #credit = RetryBudget.MOST

  earn(): void {
    this.#credit = Math.min(RetryBudget.MOST, this.#credit + RetryBudget.EARNED)
  }

  /** @returns false when there is not enough for a retry */
  spend(): boolean {
    if (this.#credit < 1) return false
    this.#credit -= 1
    return true
  }
}
