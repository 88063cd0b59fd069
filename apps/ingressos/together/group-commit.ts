/**
 * A group commit: works that arrive while a transaction is under way are put together, and the next transaction executes all of them. Under
 * load a COMMIT, and each statement, serves many requests; a request that arrives alone is executed alone, without delay.
 *
 *     requests      1   2 3 4 5      6 …
 *     transactions  [1 alone][2 3 4 5 together][6 …
 *
 * A transaction with several works commits all of them or none. If it fails, nothing was changed, and each work is tried alone, in the
 * order of arrival. So the plain way defines what is right, and together.test.ts compares the two.
 *
 * Read beside: reserve.ts, buy.ts, backend/mysql/mysql.ts; DeWitt et al., "Implementation Techniques for Main Memory Database Systems"
 *   (1984), §5.2, where the group commit was described first
 * Pure: calls the functions that it is given.
 */
import { Abandoned, Refusal, Unavailable } from '../../../backend/refusal.ts'
import type { Trace } from '../../../backend/trace.ts'

export interface GroupCommitOptions<Work, Result> {
  /** One work in a transaction of its own. */
  readonly alone: (work: Work) => Promise<Result>
  /** Several works in one transaction: one result or refusal for each, in the same order. When it throws, nothing was changed. */
  readonly together: (works: readonly Work[]) => Promise<readonly (Result | Refusal)[]>
}

/** Works in one transaction. The number is a power of two, so that few different statements have to be prepared. */
const MOST_TOGETHER = 64
/** Works that wait for one group. */
const MOST_WAITING = 512

interface WaitingWork<Work, Result> {
  readonly work: Work
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
}

export class GroupCommit<Work extends { readonly trace: Trace }, Result extends object> {
  readonly #options: GroupCommitOptions<Work, Result>
  /** Of each group with a transaction under way: the works for its next transaction. */
  readonly #groups = new Map<number, WaitingWork<Work, Result>[]>()

  constructor(options: GroupCommitOptions<Work, Result>) {
    this.#options = options
  }

  /**
   * @param group works of different groups do not wait for each other: the event, for example
   * @throws Refusal of this work; Abandoned; Unavailable when MySQL is down, or too many works are waiting
   */
  async execute(group: number, work: Work): Promise<Result> {
    const waiting = this.#groups.get(group)
    if (waiting !== undefined && waiting.length >= MOST_WAITING)
      throw new Unavailable('mysql', 'too many requests are waiting for the database')
    const { promise, resolve, reject } = Promise.withResolvers<Result>()
    const entry = { work, resolve, reject }
    if (waiting === undefined) void this.#executeAll(group, [entry])
    else waiting.push(entry)
    return promise
  }

  async #executeAll(group: number, first: readonly WaitingWork<Work, Result>[]): Promise<void> {
    const waiting: WaitingWork<Work, Result>[] = []
    this.#groups.set(group, waiting)
    for (let next = first; next.length > 0; next = waiting.splice(0, powerOfTwo(waiting.length))) {
      const present = next.filter(({ work, reject }) => {
        if (work.trace.abandoned) reject(new Abandoned())
        return !work.trace.abandoned
      })
      await (present.length > 1 ? this.#together(present) : this.#eachAlone(present))
    }
    this.#groups.delete(group)
  }

  async #together(entries: readonly WaitingWork<Work, Result>[]): Promise<void> {
    let results: readonly (Result | Refusal)[]
    try {
      results = await this.#options.together(entries.map(({ work }) => work))
    } catch (error) {
      // Without MySQL, trying each alone would only make them wait longer.
      if (error instanceof Unavailable) for (const { reject } of entries) reject(error)
      else await this.#eachAlone(entries)
      return
    }
    for (const [index, { resolve, reject }] of entries.entries()) {
      const result = results[index]
      if (result instanceof Refusal) reject(result)
      else resolve(result as Result)
    }
  }

  async #eachAlone(entries: readonly WaitingWork<Work, Result>[]): Promise<void> {
    let down: Unavailable | undefined
    for (const { work, resolve, reject } of entries) {
      if (down !== undefined) reject(down)
      else
        await this.#options.alone(work).then(resolve, error => {
          if (error instanceof Unavailable) down = error
          reject(error)
        })
    }
  }
}

/** The largest power of two that is at most `count` and {@link MOST_TOGETHER}; 0 for 0. */
function powerOfTwo(count: number): number {
  return count === 0 ? 0 : Math.min(MOST_TOGETHER, 2 ** Math.floor(Math.log2(count)))
}
