/**
 * The painel's settings.
 *
 * Read beside: main.ts, shared/settings.ts, lab/roster.ts (which sets them under `npm start`)
 * Pure: an environment in, a configuration out, or one sentence that names the variable.
 */
import type { Host, NetworkMap } from '#shared/network-map.ts'
import { type Environment, identity, type SecondPlace, text } from '#shared/settings.ts'

export interface PainelConfig {
  readonly host: Host
  readonly map: NetworkMap
  /** `localhost:9000`, for browsers that do not reach the painel's own address. */
  readonly also: SecondPlace | undefined
  /** The lab's folder, where its control socket is found; undefined where no launcher runs (Docker Compose). */
  readonly labFolder: string | undefined
  /** Whether it may change anything: stop, start, pause, faults, reset. Looking is always allowed. */
  readonly mayChange: boolean
}

/** @throws SettingError that names the variable */
export function readConfig(env: Environment): PainelConfig {
  const { host, map, also, faultsAllowed } = identity(env, 'painel', 'Painel')
  return {
    host,
    map,
    also,
    labFolder: text(env, 'LAB_DIR', '') || undefined,
    mayChange: faultsAllowed,
  }
}
