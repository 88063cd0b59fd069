/**
 * Makes a load: real requests of one client, at a fixed rate, a bounded number at the same time.
 *
 * Read beside: schedule.ts (when), tally.ts (the result), ../web-client.ts
 * Touches the world: through the client.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { AttemptError } from '../http/connection.ts'
import { ResolveError } from '../resolver/stub-resolver.ts'
import type { WebClient, WebRequest } from '../web-client.ts'
import { checkPlan, dueAt, type LoadPlan } from './schedule.ts'
import { type LoadReport, Tally } from './tally.ts'

/**
 * Sends `plan.count` requests for `url`.
 *
 * @param signal ends it early: no more requests are begun, and the report covers those that were sent
 * @throws RangeError for a plan out of range
 */
export async function load(
  client: WebClient,
  url: string,
  plan: LoadPlan,
  request: WebRequest = {},
  signal?: AbortSignal,
): Promise<LoadReport> {
  checkPlan(plan)
  const tally = new Tally()
  const underWay = new Set<Promise<void>>()
  const started = performance.now()
  for (let index = 0; index < plan.count && !signal?.aborted; index++) {
    const due = started + dueAt(index, plan)
    const early = due - performance.now()
    if (early > 0) await pause(early, undefined, signal ? { signal } : {}).catch(() => {}) // ended early by the signal
    while (underWay.size >= plan.concurrency) await Promise.race(underWay)
    const sent: Promise<void> = sendOne(client, url, request, due, tally).finally(() => underWay.delete(sent))
    underWay.add(sent)
  }
  await Promise.all(underWay)
  return tally.report((performance.now() - started) / 1000)
}

async function sendOne(client: WebClient, url: string, request: WebRequest, due: number, tally: Tally): Promise<void> {
  try {
    const { status, frontend, backend, attempts, resolved } = await client.send(url, request)
    const ms = performance.now() - due
    const connection = attempts.at(-1)?.connection ?? 'new'
    tally.add({ status, frontend, backend, ms, retries: attempts.length - 1, connection, resolved })
  } catch (error) {
    tally.fail(reasonOf(error))
  }
}

/** A short word, so that a report has few of them: `dns: silence`, `ECONNREFUSED`, `UND_ERR_SOCKET` … */
export function reasonOf(error: unknown): string {
  if (error instanceof ResolveError) return `dns: ${error.reason}`
  const cause = error instanceof AttemptError ? error.cause : error
  return (cause as NodeJS.ErrnoException).code ?? (cause as Error).name
}
