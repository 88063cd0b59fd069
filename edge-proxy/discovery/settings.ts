/**
 * `BACKENDS=dns:backends.meutrabalho.com.br[:port]`: backends by name instead of by address.
 *
 * Read beside: ../config.ts, discovery.ts
 * Pure: text in, settings out.
 */
import { hostsOf, type NetworkMap, WWW } from '#shared/network-map.ts'
import { SettingError } from '#shared/settings.ts'
import type { DiscoverySettings } from './discovery.ts'

const DNS_NAME =
  /^dns:((?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)(?::(\d{1,5}))?$/

/**
 * @returns undefined when BACKENDS does not begin with `dns:`
 * @throws SettingError for text that is not a DNS name, and for `www`
 */
export function readDiscovery(text: string | undefined, map: NetworkMap): DiscoverySettings | undefined {
  if (!text?.startsWith('dns:')) return undefined
  const match = DNS_NAME.exec(text)
  const port = Number(match?.[2] ?? hostsOf(map, 'backend')[0]?.port)
  const name = match?.[1] ?? ''
  if (!match || name.length > 253 || port < 1 || port > 65_535) {
    throw new SettingError(
      'BACKENDS',
      text,
      'use dns:nome[:porta] · use dns:name[:port], as in dns:backends.meutrabalho.com.br',
    )
  }
  // Its addresses are those of the edges. Also, each query for it would rotate the answer that a class is observing.
  if (name.toLowerCase() === WWW) {
    const right = `backends.${WWW.slice(4)}`
    throw new SettingError(
      'BACKENDS',
      text,
      `${WWW} é o nome dos edges; use ${right} · ${WWW} is the name of the edges; use ${right}`,
    )
  }
  return { name, port, servers: hostsOf(map, 'dns').map(({ address, port }) => `${address}:${port}`) }
}
