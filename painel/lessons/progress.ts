/**
 * Which steps of which lessons have been observed since the painel started.
 *
 * A state of the map counts only when it is new: that a machine is up when the lesson begins is not an observation of the student's work.
 *
 * Read beside: steps.ts
 * Pure: events and maps in, steps out.
 */
import type { LabEvent } from '#shared/events.ts'
import type { LabMap } from '../map/lab-map.ts'
import { isSeenInEvent, isSeenInMap, type LessonStep } from './steps.ts'

/** A step that was observed for the first time. */
export interface ObservedStep {
  readonly lesson: string
  readonly step: number
}

export class LessonProgress {
  readonly #steps: ReadonlyMap<string, readonly LessonStep[]>
  readonly #done = new Map<string, Set<number>>()
  #lastMap: LabMap | undefined

  /** @param steps by the number of the lesson */
  constructor(steps: ReadonlyMap<string, readonly LessonStep[]>) {
    this.#steps = steps
  }

  /** The steps of a lesson that have been observed, from 0. */
  done(lesson: string): number[] {
    return [...(this.#done.get(lesson) ?? [])].sort((a, b) => a - b)
  }

  observe(event: LabEvent): ObservedStep[] {
    return this.#tick(step => isSeenInEvent(step, event))
  }

  observeMap(map: LabMap): ObservedStep[] {
    const last = this.#lastMap
    this.#lastMap = map
    if (last === undefined) return []
    return this.#tick(step => isSeenInMap(step, map) && !isSeenInMap(step, last))
  }

  clear(): void {
    this.#done.clear()
  }

  #tick(isSeen: (step: LessonStep) => boolean): ObservedStep[] {
    const observed: ObservedStep[] = []
    for (const [lesson, steps] of this.#steps) {
      const done = this.#done.get(lesson) ?? new Set()
      for (const [step, wanted] of steps.entries()) {
        if (done.has(step) || !isSeen(wanted)) continue
        done.add(step)
        observed.push({ lesson, step })
      }
      this.#done.set(lesson, done)
    }
    return observed
  }
}
