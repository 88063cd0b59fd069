/**
 * Configuration of the DNS server: environment variables, read once.
 *
 *     ADDRESS     who it is: .5 is ns1, .6 is ns2 (required)
 *     LAB_PORTS   low: port 53 (default); high: 5300
 *     ZONES       folder with the zone files, each named db.<origin> (default: zones/ beside this file)
 *
 * Pure: an environment in, values out, or one clear sentence.
 */
import { fileURLToPath } from 'node:url'
import { type Environment, type Identity, identity, text } from '#shared/settings.ts'

export interface Config extends Identity {
  readonly zones: string
}

export function readConfig(env: Environment): Config {
  return {
    ...identity(env, 'dns', 'DNS'),
    zones: text(env, 'ZONES', fileURLToPath(new URL('zones', import.meta.url))),
  }
}
