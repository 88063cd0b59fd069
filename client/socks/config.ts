/**
 * What can be set, from environment variables, read once.
 *
 *     ADDRESS      required   the place on the map: 127.20.0.8
 *     LAB_PORTS    low        low: the lab's servers listen on 53 and 80; high: on 5300 and 8080
 *     ALSO_LISTEN  none       a second place to listen on, 127.0.0.1:1080; if it is taken, the proxy starts without it
 *     SOCKS_OPEN   0          1: destinations outside the lab are allowed, too
 *
 * Read beside: #shared/settings.ts, main.ts
 * Pure: an environment in, values out.
 */
import { type Environment, flag, type Identity, identity } from '#shared/settings.ts'

export interface SocksConfig extends Identity {
  readonly open: boolean
}

/** @throws SettingError that names the variable, its value, and what is needed */
export function readConfig(env: Environment): SocksConfig {
  return { ...identity(env, 'socks', 'SOCKS'), open: flag(env, 'SOCKS_OPEN', false) }
}
