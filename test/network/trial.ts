/**
 * A trial: visitors come at a fixed rate, a fault begins and ends, and everything that was acknowledged is accounted for.
 *
 *   |── before ──|──────── the fault ────────|──── after ────| audit
 *   0            begin()                     end()
 *
 * Read beside: visitors.ts (the requests), docs/what-is-lost.md (the table made of these reports)
 * Touches the world: through the visitors and the fault.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { BUSY, type Visit, type Visitors } from './visitors.ts'

export interface TrialPlan {
  /** Requests a second. */
  readonly rate: number
  /** Seconds before the fault, of the fault, and after it. */
  readonly before: number
  readonly during: number
  readonly after: number
}

export interface Trouble {
  begin(): void | Promise<void>
  /** May take longer than the plan says: a program that starts is waited for. */
  end(): void | Promise<void>
}

/** Milliseconds. A response that takes longer is counted as slow. */
const SLOW_MS = 1_000

export interface TrialReport {
  readonly requests: number
  readonly failedReads: number
  readonly failedWrites: number
  readonly failedLogins: number
  readonly wrong: number
  readonly lostSessions: number
  readonly lostWrites: number
  /** Reads and writes that took longer than {@link SLOW_MS}. */
  readonly slow: number
  /** Of reads and writes. */
  readonly slowestMs: number
  /**
   * Seconds from the beginning of the fault until the last request was sent that failed; undefined when none failed. Without log-ins that were refused because all places for hashing are
   * taken: a busy machine does that by itself.
   */
  readonly lastFailure: number | undefined
  /** How often each reason was seen, most frequent first. */
  readonly reasons: readonly (readonly [reason: string, times: number])[]
  /** Accounts that could not be read at the end: nothing is known about them. */
  readonly unreadable: readonly string[]
  /** Of the fault, in milliseconds, as `performance.now()` gives them. */
  readonly begin: number
  readonly end: number
}

/** @returns the report, once the last request is answered and everything acknowledged has been looked up */
export async function trial(visitors: Visitors, plan: TrialPlan, trouble: Trouble): Promise<TrialReport> {
  const underWay = new Set<Promise<void>>()
  const earlier = visitors.visits.length
  let open = true
  const started = performance.now()
  const load = async () => {
    // An open loop: requests are due at fixed times, whether or not earlier ones have been answered.
    for (let index = 0; open; index++) {
      const early = started + (index * 1000) / plan.rate - performance.now()
      if (early > 0) await pause(early)
      const visit: Promise<void> = visitors.visit().finally(() => underWay.delete(visit))
      underWay.add(visit)
    }
  }
  const loading = load()
  await pause(plan.before * 1000)
  const begin = performance.now()
  await trouble.begin()
  await pause(Math.max(0, begin + plan.during * 1000 - performance.now()))
  await trouble.end()
  const end = performance.now()
  await pause(plan.after * 1000)
  open = false
  await loading
  await Promise.all(underWay)
  const visits = visitors.visits.slice(earlier)
  return { ...describe(visits, begin), ...(await audited(visitors, visits)), begin, end }
}

async function audited(visitors: Visitors, visits: readonly Visit[]) {
  const { lostSessions, ...found } = await visitors.audit()
  const seen = visits.filter(({ verdict }) => verdict === 'lost-session').length
  return { ...found, lostSessions: Math.max(lostSessions, seen) }
}

/** The counts of a trial. Pure. @param begin of the fault, as `performance.now()` gives it */
export function describe(visits: readonly Visit[], begin: number) {
  const failed = visits.filter(({ verdict }) => verdict === 'failed')
  const of = (kind: Visit['kind']) => failed.filter(visit => visit.kind === kind).length
  const bad = visits.filter(({ verdict, why, at }) => verdict !== 'right' && !why.endsWith(BUSY) && at >= begin)
  const lastBad = highest(bad.map(({ at }) => at))
  const reasons = new Map<string, number>()
  for (const { why } of visits) if (why !== '') reasons.set(why, (reasons.get(why) ?? 0) + 1)
  return {
    requests: visits.length,
    failedReads: of('read'),
    failedWrites: of('write'),
    failedLogins: of('login'),
    wrong: visits.filter(({ verdict }) => verdict === 'wrong').length,
    slow: visits.filter(({ kind, ms }) => kind !== 'login' && ms > SLOW_MS).length,
    slowestMs: highest(visits.filter(({ kind }) => kind !== 'login').map(({ ms }) => ms)) ?? 0,
    lastFailure: lastBad === undefined ? undefined : (lastBad - begin) / 1000,
    reasons: [...reasons].sort(([, one], [, other]) => other - one),
  }
}

/** `Math.max(...values)` takes each value as an argument, and half a million of them are more than the stack holds. */
function highest(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((most, value) => Math.max(most, value))
}
