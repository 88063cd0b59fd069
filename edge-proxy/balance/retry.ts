/**
 * Whether a request that failed may be sent again. The whole table:
 *
 *     | what happened                                    | sent again?                                                 |
 *     |--------------------------------------------------|-------------------------------------------------------------|
 *     | no connection: refused, timed out, queue too long | always: nothing was sent                                    |
 *     | closed without an octet of a response            | if it is repeatable                                         |
 *     | no octet of a response for `Timeouts.silence`    | if it is repeatable, and another backend is available       |
 *     | 502, 503, 504 from a backend, as in RETRY_ON     | if it is repeatable, and another backend is available       |
 *     | any octet of a response went to the client       | never: the connection is closed                             |
 *     | a body that was sent and is not kept             | never                                                       |
 *
 * The next attempt goes to another backend, as often as there are backends, within `RETRY_WITHIN_MS`; and, once it was sent, within a budget
 * of 20 % of all requests: when everything fails, retries must not multiply the load.
 *
 * Read beside: comparison.ts (which of the backends is at fault), RFC 9110 §9.2.2 (idempotent methods), RFC 9112 §9.3.1
 *   (retrying), the SRE book, "retry budgets"
 * Pure.
 */

/** From a request's head to its last retry, in milliseconds. */
export const RETRY_WITHIN_MS = 5_000

/** Methods for which two equal requests have the effect of one (RFC 9110 §9.2.2). TRACE belongs to them, but is refused. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])

/** Whether a request can be sent twice: the second one changes nothing more, and needs no body that is gone. */
export function isRepeatable(method: string, hasContent: boolean): boolean {
  return !hasContent && (method === 'GET' || IDEMPOTENT.has(method))
}

/**
 * `stale connection` and `closed early`: closed without an octet of a response, on a connection that was used before or on a
 * new one.
 */
export type Mishap = 'not connected' | 'stale connection' | 'closed early' | 'silent' | 'gateway status'

/** Whether another backend is tried. @param elapsed milliseconds since the head of the request */
export function mayRetry(mishap: Mishap, repeatable: boolean, elapsed: number): boolean {
  if (elapsed > RETRY_WITHIN_MS) return false
  return mishap === 'not connected' || repeatable
}

/** Whether a retry has to be paid for: not where the backend never had the request, nor for an idle connection that it closed. */
export function costsBudget(mishap: Mishap): boolean {
  return mishap !== 'not connected' && mishap !== 'stale connection'
}

/** Every request earns a fifth of a retry. The credit is full at the start, so that the first requests may fail too. */
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
