/**
 * The settings of the gravador, besides those of every program on the toolkit (backend/config.ts).
 *
 *   GRAVADOR_RITMO   1000   tickets a second that it writes at most, from 1 to 100000: what MySQL should have to do, however many arrive
 *   GRAVADOR_LOTE    100    tickets in one transaction at most, from 1 to 500
 *
 * Read beside: #shared/settings.ts, pace.ts
 * Pure: an environment in, values out.
 */
import { type Environment, integer } from '#shared/settings.ts'

export interface RecorderConfig {
  readonly perSecond: number
  readonly batch: number
}

/** @throws SettingError */
export function readRecorderConfig(env: Environment): RecorderConfig {
  return {
    perSecond: integer(env, 'GRAVADOR_RITMO', { byDefault: 1000, min: 1, max: 100_000 }),
    batch: integer(env, 'GRAVADOR_LOTE', { byDefault: 100, min: 1, max: 500 }),
  }
}
