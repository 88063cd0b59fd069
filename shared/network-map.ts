/**
 * The network map: who lives at which address and port. The only place where the lab's addresses are written down.
 *
 * Read beside: docs/decisions.md ("one map, two prefixes"), dns-server/zones/db.meutrabalho.com.br (the same map as a zone)
 * Pure: a prefix in, hosts out.
 */

export type Role = 'painel' | 'mysql' | 'redis' | 'dns' | 'backend' | 'frontend'

/** `low` are the well-known ports; `high` are for people who may not bind below 1024. */
export type PortRange = 'low' | 'high'

export interface Host {
  /** The host's name on the map and in the zone: `ns1`, `backend2`, `frontend3` … */
  readonly name: string
  readonly role: Role
  /** Position among the hosts of the same role, from 1. */
  readonly ordinal: number
  readonly address: string
  readonly port: number
}

export interface NetworkMap {
  /** The first three octets of every address, `127.20.0` for example. */
  readonly prefix: string
  readonly ports: PortRange
  readonly hosts: readonly Host[]
}

/** The zone that the lab is about, and the name that its users type. */
export const ZONE = 'meutrabalho.com.br'
export const WWW = `www.${ZONE}`

/** Docker Compose, the test network namespace, and the zone file in the repository. */
export const COMPOSE_PREFIX = '172.20.0'
/** `npm start`: all of 127.0.0.0/8 is loopback on Linux (RFC 1122 §3.2.1.3), so nothing has to be configured. */
export const LOOPBACK_PREFIX = '127.20.0'

/** The admin endpoint of every TypeScript component, on the component's own address. */
export const ADMIN_PORT = 9100

const PORTS = {
  painel: { low: 80, high: 8080 },
  mysql: { low: 3306, high: 3306 },
  redis: { low: 6379, high: 6379 },
  dns: { low: 53, high: 5300 },
  backend: { low: 3000, high: 3000 },
  frontend: { low: 80, high: 8080 },
} satisfies Record<Role, Record<PortRange, number>>

const LAST_OCTETS: readonly (readonly [name: string, role: Role, ordinal: number, octet: number])[] = [
  ['painel', 'painel', 1, 2],
  ['mysql', 'mysql', 1, 3],
  ['redis', 'redis', 1, 4],
  ['ns1', 'dns', 1, 5],
  ['ns2', 'dns', 2, 6],
  ['backend1', 'backend', 1, 10],
  ['backend2', 'backend', 2, 11],
  ['backend3', 'backend', 3, 12],
  ['backend4', 'backend', 4, 13],
  ['frontend1', 'frontend', 1, 20],
  ['frontend2', 'frontend', 2, 21],
  ['frontend3', 'frontend', 3, 22],
]

/**
 * The map under a prefix.
 *
 * @param prefix three decimal octets, `172.20.0` for example
 * @throws RangeError when the prefix is not three octets from 0 to 255
 */
export function networkMap(prefix: string, ports: PortRange = 'low'): NetworkMap {
  if (!isPrefix(prefix)) {
    throw new RangeError(`"${prefix}" is not a network prefix: three numbers from 0 to 255 are needed, as in 127.20.0`)
  }
  const hosts = LAST_OCTETS.map(([name, role, ordinal, octet]) => ({
    name,
    role,
    ordinal,
    address: `${prefix}.${octet}`,
    port: PORTS[role][ports],
  }))
  return { prefix, ports, hosts }
}

/** The host of that name. @throws RangeError that lists the names there are */
export function hostNamed(map: NetworkMap, name: string): Host {
  const host = map.hosts.find(host => host.name === name)
  if (host) return host
  throw new RangeError(`there is no host "${name}" on the map; it has ${map.hosts.map(host => host.name).join(', ')}`)
}

/** The host at that address, if the map has one. */
export function hostAt(map: NetworkMap, address: string): Host | undefined {
  return map.hosts.find(host => host.address === address)
}

/** All hosts of a role, in the order of the map. The spare backend (4) is among them: see {@link isSpare}. */
export function hostsOf(map: NetworkMap, role: Role): Host[] {
  return map.hosts.filter(host => host.role === role)
}

/** backend4 has its place on the map but is not started, nor used, until somebody asks for it. */
export function isSpare(host: Host): boolean {
  return host.role === 'backend' && host.ordinal > 3
}

/** `127.20.0.20:8080`, or without the port where a URL would leave it out. */
export function authority(host: Host, defaultPort = 80): string {
  return host.port === defaultPort ? host.address : `${host.address}:${host.port}`
}

/** The first three octets of an IPv4 address. */
export function prefixOf(address: string): string {
  return address.slice(0, address.lastIndexOf('.'))
}

function isPrefix(text: string): boolean {
  const octets = text.split('.')
  return octets.length === 3 && octets.every(octet => /^(0|[1-9]\d{0,2})$/.test(octet) && Number(octet) <= 255)
}
