/**
 * What can be set, from environment variables, read once.
 *
 *     ADDRESS      required   the place on the map: 127.20.0.8
 *     LAB_PORTS    low        low: the lab's servers listen on 53 and 80; high: on 5300 and 8080
 *     SOCKS_ALSO   none       a second place to listen on, 127.0.0.1:1080; if it is taken, the proxy starts without it
 *     SOCKS_OPEN   0          1: destinations outside the lab are allowed, too
 *
 * Read beside: #shared/settings.ts, main.ts
 * Pure: an environment in, values out.
 */
import { isIPv4 } from 'node:net'
import { type Environment, flag, type Identity, identity, SettingError, text } from '#shared/settings.ts'

export interface SocksConfig extends Identity {
  readonly also: { readonly address: string; readonly port: number } | undefined
  readonly open: boolean
}

/** @throws SettingError that names the variable, its value, and what is needed */
export function readConfig(env: Environment): SocksConfig {
  return { ...identity(env, 'socks', 'SOCKS'), also: secondPlace(env), open: flag(env, 'SOCKS_OPEN', false) }
}

function secondPlace(env: Environment): SocksConfig['also'] {
  const given = text(env, 'SOCKS_ALSO', 'none')
  if (given === 'none') return undefined
  const [, address = '', port = ''] = /^([\d.]+):(\d{1,5})$/.exec(given) ?? []
  if (isIPv4(address) && Number(port) > 0 && Number(port) <= 65_535) return { address, port: Number(port) }
  throw new SettingError(
    'SOCKS_ALSO',
    given,
    'use um endereço IPv4 e uma porta, ou none · an IPv4 address and a port, or none: 127.0.0.1:1080',
  )
}
