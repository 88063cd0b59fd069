/**
 * How far something with several steps has come, for those who follow it: `{ done: 3, total: 22, what: '- frontend1' }`.
 *
 * Read beside: launcher.ts (which begins and counts), control.ts (which follows)
 * Pure: counts; calls the functions that it was given.
 */

export interface Progress {
  readonly done: number
  readonly total: number
  /** The step that has just been done. */
  readonly what: string
}

export class Steps {
  readonly #followers = new Set<(progress: Progress) => void>()
  #done = 0
  #total = 0

  /** @returns how to stop following */
  follow(follower: (progress: Progress) => void): () => void {
    this.#followers.add(follower)
    return () => this.#followers.delete(follower)
  }

  begin(total: number): void {
    this.#done = 0
    this.#total = total
  }

  /** A step that was not expected makes the total larger. */
  done(what: string): void {
    this.#done++
    this.#total = Math.max(this.#total, this.#done)
    for (const follower of this.#followers) follower({ done: this.#done, total: this.#total, what })
  }
}
