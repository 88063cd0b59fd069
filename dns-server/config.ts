/**
 * Configuration of the DNS server: environment variables, read once.
 *
 *     ADDRESS           its address on the map: .5 is ns1, a primary; .6 is ns2, a secondary (required)
 *     LAB_PORTS         low: port 53 (default); high: 5300
 *     ZONES             folder with the zone files, each named db.<origin> (default: zones/ beside this file);
 *                       a secondary reads only the names of its zones there, and copies the zones from its primary
 *     PRIMARY           the server from which a secondary copies its zones (default: ns1 of the map); none: ns2 is a primary too
 *     ALLOW_TRANSFER    networks that may copy whole zones (default: 127.0.0.0/8 and the /24 of the lab), or none
 *     RESPONSE_RATE_LIMIT        UDP responses a second to one network outside of the lab; 0: no limit (default 100)
 *     RESPONSE_RATE_LIMIT_LAB    1: loopback and the addresses of the lab are limited too (default 0)
 *     ORDER             rotation policy: cyclic (default), random, query-id, fixed or weighted
 *     HEALTH            0: addresses of frontends that are down are sent too (default 1)
 *     CHECK_INTERVAL, CHECK_TIMEOUT, CHECK_RISE, CHECK_FALL   health checks of frontends: shared/check-settings.ts
 *     LAB_FAULTS        1: faults can be caused by POST /faults (default 0)
 *     QUERY_LOG         1: one log line for each query (default 0)
 *     WORKERS           threads that answer queries over UDP; one for each core is enough (1 to 64, default 1)
 *
 * Pure: an environment in, values out, or one clear sentence.
 */
import { isIPv4 } from 'node:net'
import { fileURLToPath } from 'node:url'
import { type CheckSettings, readCheckSettings } from '#shared/check-settings.ts'
import { hostNamed } from '#shared/network-map.ts'
import { type Networks, readNetworks } from '#shared/networks.ts'
import { isOwnAddress, ownNetworks } from '#shared/own-address.ts'
import {
  type Environment,
  flag,
  type Identity,
  identity,
  integer,
  oneOf,
  SettingError,
  text,
} from '#shared/settings.ts'
import { POLICIES, type Policy } from './answer/order.ts'
import { FRONTEND_CHECKS } from './health/checker.ts'

export interface DnsConfig extends Identity {
  readonly zones: string
  /** The address of the primary, for a secondary; undefined for the primary itself. */
  readonly primary: string | undefined
  readonly mayTransfer: Networks
  /** UDP responses a second to one network; 0: no limit. */
  readonly rateLimit: number
  readonly isExempt: Networks
  readonly order: Policy
  readonly health: boolean
  /** How frontends are checked. */
  readonly checks: CheckSettings
  readonly queryLog: boolean
  /** Threads that answer queries over UDP, the main thread included. */
  readonly workers: number
}

/** @throws SettingError for a variable outside of its range */
export function readConfig(env: Environment): DnsConfig {
  const who = identity(env, 'dns', 'DNS')
  const { host, map } = who
  const primary = text(env, 'PRIMARY', host.ordinal === 1 ? 'none' : hostNamed(map, 'ns1').address)
  if (primary !== 'none' && !isIPv4(primary)) {
    throw new SettingError(
      'PRIMARY',
      primary,
      'é preciso o endereço IPv4 do primário, ou nenhum · the IPv4 address of the primary is needed, or none',
    )
  }
  const none = readNetworks('RESPONSE_RATE_LIMIT_LAB', 'none')
  return {
    ...who,
    zones: text(env, 'ZONES', fileURLToPath(new URL('zones', import.meta.url))),
    primary: primary === 'none' ? undefined : primary,
    mayTransfer: readNetworks('ALLOW_TRANSFER', text(env, 'ALLOW_TRANSFER', ownNetworks(map.prefix))),
    rateLimit: integer(env, 'RESPONSE_RATE_LIMIT', { byDefault: 100, min: 0, max: 1_000_000 }),
    isExempt: flag(env, 'RESPONSE_RATE_LIMIT_LAB', false) ? none : address => isOwnAddress(address, map.prefix),
    order: oneOf(env, 'ORDER', POLICIES, 'cyclic'),
    health: flag(env, 'HEALTH', true),
    checks: readCheckSettings(env, FRONTEND_CHECKS),
    queryLog: flag(env, 'QUERY_LOG', false),
    workers: integer(env, 'WORKERS', { byDefault: 1, min: 1, max: 64 }),
  }
}
