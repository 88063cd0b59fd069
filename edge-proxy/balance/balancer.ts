/**
 * Which backend is next, and why.
 *
 * Read beside: round-robin.ts (the default), health.ts, RFC 9110 §9.2.2 (what may be tried again elsewhere)
 * Pure: keeps the turn; opens nothing.
 */
import type { Backend } from './backend.ts'
import { takeTurn } from './round-robin.ts'

export class Balancer {
  readonly backends: readonly Backend[]
  #credits: readonly number[] = []

  constructor(backends: readonly Backend[]) {
    this.backends = backends
  }

  /** The next backend that is available and not among those already tried; undefined when there is none. */
  choose(tried: readonly Backend[]): Backend | undefined {
    const { backends } = this
    const turn = takeTurn(
      backends,
      index => isAvailable(backends[index] as Backend) && !tried.includes(backends[index] as Backend),
      this.#credits,
    )
    this.#credits = turn.credits
    return backends[turn.index]
  }
}

export function isAvailable(backend: Backend): boolean {
  return backend.health.healthy
}

/** One sentence for people: who was picked, and who was passed over for what. */
export function explainChoice(
  backends: readonly Backend[],
  chosen: Backend | undefined,
  tried: readonly Backend[],
): string {
  const skipped = backends
    .filter(backend => backend !== chosen)
    .flatMap(backend => {
      if (tried.includes(backend)) return [`${backend.name} was tried already`]
      return isAvailable(backend) ? [] : [`${backend.name} is ${describeHealth(backend)}`]
    })
  const why = skipped.length === 0 ? '' : `; skipped: ${skipped.join(', ')}`
  return chosen === undefined ? `no backend is available${why}` : `${chosen.name} was next${why}`
}

function describeHealth(backend: Backend): string {
  if (!backend.health.known) return 'not checked yet'
  return `down (${backend.lastCheck?.text ?? 'unknown'})`
}
