/**
 * A buyer: joins the line, waits for the turn, reserves, and buys. Every step is one small request; a request without an answer is sent
 * again, with the same key, until there is one.
 *
 * Read beside: buyers.ts, through-edges.ts, ../README.md
 * Touches the world: through the function that sends.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { BuyerAccount } from './buyers.ts'

export interface BuyerRequest {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly cookie: string
  readonly key?: string
  readonly json?: unknown
}

export interface BuyerAnswer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: the bodies of many routes
  readonly json: any
}

/** @throws when there is no answer */
export type Send = (request: BuyerRequest) => Promise<BuyerAnswer>

export interface BuyerPlan {
  readonly event: number
  readonly quantity: number
  /** Milliseconds between two looks at the line. */
  readonly every: number
  /** Does not buy what was reserved. */
  readonly leaves?: boolean
  /** Milliseconds after which the buyer gives up. */
  readonly patience: number
}

export interface BuyerResult {
  /** The codes of every 201 of a purchase. */
  readonly codes: string[]
  /** Answers 201, to reservations and purchases. */
  created: number
  outcome: 'bought' | 'sold out' | 'left' | 'too late'
  /** Requests without an answer, or with 502, 503 or 504. */
  unanswered: number
}

const NOT_ANSWERED = new Set([502, 503, 504])

export async function goShopping(account: BuyerAccount, send: Send, plan: BuyerPlan): Promise<BuyerResult> {
  const { event, quantity, every, patience } = plan
  const until = performance.now() + patience
  const result: BuyerResult = { codes: [], created: 0, outcome: 'too late', unanswered: 0 }
  const late = () => performance.now() >= until

  /** Sends until there is an answer; undefined when it is too late. */
  async function ask(request: Omit<BuyerRequest, 'cookie'>): Promise<BuyerAnswer | undefined> {
    while (!late()) {
      const answer = await send({ ...request, cookie: account.cookie }).catch(() => undefined)
      const inProgress = answer?.status === 409 && /in progress/.test(answer.json?.detail)
      if (answer !== undefined && !NOT_ANSWERED.has(answer.status) && answer.status !== 429 && !inProgress)
        return answer
      if (answer === undefined || NOT_ANSWERED.has(answer.status)) result.unanswered++
      await pause(every / 2 + Math.random() * every)
    }
    return undefined
  }

  const line = `/eventos/${event}/fila`
  let place = await ask({ method: 'POST', path: line })
  let key = randomUUID()
  while (!late()) {
    // 404: the turn is over, or Redis has lost the line.
    if (place?.status === 404) place = await ask({ method: 'POST', path: line })
    if (place?.json?.admitido) {
      const reserved = await ask({
        method: 'POST',
        path: `/eventos/${event}/reservas`,
        key,
        json: { quantidade: quantity },
      })
      if (reserved?.status === 201) {
        result.created++
        if (plan.leaves) return Object.assign(result, { outcome: 'left' })
        const bought = await ask({ method: 'POST', path: `/reservas/${reserved.json.id}/compra`, key: randomUUID() })
        if (bought?.status === 201) {
          result.created++
          result.codes.push(...bought.json.ingressos)
          return Object.assign(result, { outcome: 'bought' })
        }
        // The reservation has expired: again, and this is another action.
        key = randomUUID()
      } else if (reserved?.json?.esgotado) {
        const now = await ask({ method: 'GET', path: `/eventos/${event}` })
        if (now?.json?.vendidos === now?.json?.total) return Object.assign(result, { outcome: 'sold out' })
      }
    }
    await pause(every / 2 + Math.random() * every)
    place = await ask({ method: 'GET', path: line })
  }
  return result
}
