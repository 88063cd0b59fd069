/**
 * The state of each component of the lab, as the launcher reports it.
 *
 * Read beside: launcher.ts, control.ts
 * Pure: types, and the error of a command that is refused.
 */

/** `paused`: the process exists and does not run (SIGSTOP); connections to it are accepted by its kernel and get no answer. */
export type ComponentState = 'running' | 'starting' | 'stopped' | 'died' | 'paused'

export interface ComponentStatus {
  readonly name: string
  readonly title: string
  readonly address: string
  readonly port: number
  readonly state: ComponentState
  readonly pid?: number
  /** Milliseconds since 1970 of the last change of state. */
  readonly since: number
}

/** A command that cannot be carried out; the message says why and what can. */
export class CommandError extends Error {
  override name = 'CommandError'
}
