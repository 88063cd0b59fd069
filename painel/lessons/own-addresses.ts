/**
 * A lesson with the addresses and ports of this lab. The text says 127.20.0, and the ports 80 and 53 or a variable for them; a student who shares a server with the
 * class has another prefix, and without root the ports are 8080 and 5300.
 *
 * Read beside: routes.ts
 * Pure: Markdown in, Markdown out.
 */
import { authority, hostNamed, LOOPBACK_PREFIX, type NetworkMap } from '#shared/network-map.ts'

export function withOwnAddresses(markdown: string, map: NetworkMap): string {
  const high = map.ports === 'high'
  return markdown
    .replaceAll(`http://${LOOPBACK_PREFIX}.2/`, `http://${authority(hostNamed(map, 'painel'))}/`)
    .replaceAll(LOOPBACK_PREFIX, map.prefix)
    .replaceAll(/\$\{HTTP_PORT:-80\}/g, high ? '8080' : '80')
    .replaceAll('process.env.DNS_PORT || 53', high ? '5300' : '53')
    .replaceAll(/\$\{LAB_PORTS:-low\}/g, map.ports)
}
