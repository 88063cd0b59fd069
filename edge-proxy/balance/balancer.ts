/**
 * Which backend is next, and why.
 *
 *     choose: sticky cookie? ──► the backend that it names, while that one is available
 *             otherwise      ──► the next in turn (round-robin.ts), or in turn among the least loaded (least-connections.ts)
 *
 * Read beside: availability.ts (which backends may be picked), retry.ts (which requests may be sent again)
 * Pure: keeps the turn; time comes in.
 */
import type { Field } from '../http1/fields.ts'
import { isAvailable, isLastResort, isPanic, mayKeep, whyUnavailable } from './availability.ts'
import type { Backend } from './backend.ts'
import { leastLoaded } from './least-connections.ts'
import { nextTurn } from './round-robin.ts'
import { stickyName } from './sticky.ts'

export type Algorithm = 'round-robin' | 'least-connections' | 'sticky'
export const ALGORITHMS: readonly Algorithm[] = ['round-robin', 'least-connections', 'sticky']

export interface Choice {
  readonly backend: Backend
  readonly by: Algorithm | 'cookie'
  /** Too few were available, so unhealthy ones were candidates too. */
  readonly panic: boolean
}

export class Balancer {
  algorithm: Algorithm
  #backends: readonly Backend[]
  #credits: readonly number[] = []

  constructor(backends: readonly Backend[], algorithm: Algorithm = 'round-robin') {
    this.#backends = backends
    this.algorithm = algorithm
  }

  get backends(): readonly Backend[] {
    return this.#backends
  }

  /** Replaces the list; the turns start again. */
  set backends(backends: readonly Backend[]) {
    this.#backends = backends
    this.#credits = []
  }

  /**
   * The next backend for a request with these fields, other than those already tried; undefined when there is none.
   *
   * @param now on the clock's `now()`, in milliseconds
   */
  choose(fields: readonly Field[], tried: readonly Backend[], now: number): Choice | undefined {
    const backends = this.#backends
    const panic = isPanic(backends, now)
    const may = (index: number) => mayBePicked(backends[index] as Backend, tried, panic, now)

    if (this.algorithm === 'sticky') {
      const name = stickyName(fields)
      const kept = name === undefined ? undefined : backends.find(backend => backend.name === name)
      if (kept && mayKeep(kept, now) && !tried.includes(kept)) return { backend: kept, by: 'cookie', panic: false }
    }
    const least = this.algorithm === 'least-connections' ? leastLoaded(backends, may) : undefined
    const turn = nextTurn(backends, least === undefined ? may : index => least.includes(index), this.#credits)
    this.#credits = turn.credits
    const backend = backends[turn.index]
    return backend && { backend, by: this.algorithm, panic }
  }

  /** Whether `choose` would find a backend, in a panic too. */
  hasNext(tried: readonly Backend[], now: number): boolean {
    const panic = isPanic(this.#backends, now)
    return this.#backends.some(backend => mayBePicked(backend, tried, panic, now))
  }

  /** Whether another backend is available. A panic does not count: a received response is not given up for a doubtful backend. */
  hasOther(tried: readonly Backend[], now: number): boolean {
    return this.#backends.some(backend => isAvailable(backend, now) && !tried.includes(backend))
  }
}

function mayBePicked(backend: Backend, tried: readonly Backend[], panic: boolean, now: number): boolean {
  return (panic ? isLastResort(backend) : isAvailable(backend, now)) && !tried.includes(backend)
}

/** One sentence for people: which backend was picked and by which rule, and why others were skipped. */
export function explainChoice(
  backends: readonly Backend[],
  choice: Choice | undefined,
  tried: readonly Backend[],
  now: number,
): string {
  const skipped = backends
    .filter(backend => backend !== choice?.backend)
    .flatMap(backend => {
      if (tried.includes(backend)) return [`skipped ${backend.label}: tried already`]
      return isAvailable(backend, now) ? [] : [`skipped ${backend.label}: ${whyUnavailable(backend, now)}`]
    })
  const panic = choice?.panic ? ['too few are available, so those that are down are tried too'] : []
  return [choice === undefined ? 'no backend is available' : describeChoice(choice), ...panic, ...skipped].join('; ')
}

function describeChoice({ backend, by }: Choice): string {
  if (by === 'cookie') return `${backend.label} is the one that the browser's cookie names`
  if (by === 'sticky') return `${backend.label} was next, and gets a cookie`
  if (by === 'least-connections') return `${backend.label} had the fewest open requests (${backend.active})`
  return `${backend.label} was next`
}
