/**
 * How a component is checked, and how a start changes it: the variables CHECK_*. The DNS servers check the frontends, the edge proxies
 * check the backends; each has its own defaults.
 *
 *     CHECK_INTERVAL   milliseconds between two checks, 100…60000
 *     CHECK_TIMEOUT    milliseconds after which a check has failed, 50…60000
 *     CHECK_RISE       passed checks in a row until a component counts as up, 1…10
 *     CHECK_FALL       failed checks in a row until it counts as down, 1…10
 *
 * Read beside: health.ts (rise and fall), health-probe.ts (one check), HAProxy's `inter`, `fastinter`, `rise`, `fall`
 * Pure: an environment in, values out, or one clear sentence.
 */
import type { Thresholds } from './health.ts'
import { type Environment, integer } from './settings.ts'

export interface CheckSettings extends Thresholds {
  /** Between two checks while they agree with the present state, in milliseconds. */
  readonly interval: number
  /** Between two checks while the last ones disagree with it. Never more than `interval`. */
  readonly fastInterval: number
  /** A check that takes longer, in milliseconds, has failed. */
  readonly timeout: number
}

/** @throws SettingError that names the variable */
export function readCheckSettings(env: Environment, byDefault: CheckSettings): CheckSettings {
  const milliseconds = (name: string, byDefault: number, min: number) =>
    integer(env, name, { byDefault, min, max: 60_000 })
  const count = (name: string, byDefault: number) => integer(env, name, { byDefault, min: 1, max: 10 })
  const interval = milliseconds('CHECK_INTERVAL', byDefault.interval, 100)
  return {
    interval,
    fastInterval: Math.min(byDefault.fastInterval, interval),
    timeout: milliseconds('CHECK_TIMEOUT', byDefault.timeout, 50),
    rise: count('CHECK_RISE', byDefault.rise),
    fall: count('CHECK_FALL', byDefault.fall),
  }
}
