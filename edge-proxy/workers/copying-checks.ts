/**
 * Health checks in the main thread of an edge with several workers: ordinary ones, and after each change the state is copied.
 *
 * Read beside: ../balance/check.ts (which checks), workers.ts (which copies), copied-checks.ts (the checks of the other workers)
 * Touches the world: through the checks.
 */
import type { CheckSettings } from '#shared/check-settings.ts'
import type { Clock } from '#shared/clock.ts'
import type { Backend } from '../balance/backend.ts'
import { type CheckListener, HealthChecks } from '../balance/check.ts'

export class CopyingChecks extends HealthChecks {
  readonly #copy: () => void

  /** @param copy called after each change; it may be called often */
  constructor(clock: Clock, settings: CheckSettings, listener: CheckListener, copy: () => void) {
    super(clock, settings, {
      transition: transition => {
        listener.transition(transition)
        copy()
      },
      passed: backend => listener.passed(backend),
      checked: copy,
    })
    this.#copy = copy
  }

  override async watch(backend: Backend): Promise<void> {
    await super.watch(backend)
    this.#copy()
  }

  /** A backend that was removed. */
  override async unwatch(backend: Backend): Promise<void> {
    await super.unwatch(backend)
    this.#copy()
  }
}
