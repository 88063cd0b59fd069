/**
 * The network map: which host has which address and port. The only place where the lab's addresses are written down.
 *
 * Read beside: docs/decisions.md ("Network map"), dns-server/zones/db.meutrabalho.com.br (the same map as a zone)
 * Pure: a prefix in, hosts out.
 */

/** What a host does. `application`: a server of one of the applications beside `www`. */
export type HostRole = 'painel' | 'mysql' | 'redis' | 'dns' | 'kafka' | 'socks' | 'backend' | 'frontend' | 'application'

/** Which application a host belongs to; `lab` for what all of them share. */
export type HostApplication = 'lab' | 'www' | 'ingressos' | 'cadastro' | 'reposicao'

/** `low` are the well-known ports; `high` are for people who may not bind below 1024. */
export type PortRange = 'low' | 'high'

export interface Host {
  /** The host's name on the map and in the zone: `ns1`, `backend2`, `frontend3` … */
  readonly name: string
  readonly role: HostRole
  readonly application: HostApplication
  /** Position among the hosts of the same role and application, from 1. */
  readonly ordinal: number
  /** A spare has its place on the map, but is started only on request. */
  readonly spare: boolean
  /** Its place is reserved: no program of this version, or of this lab, runs there. */
  readonly planned: boolean
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

/** Where a host is published on 127.0.0.1, by `npm start` and by Compose: Windows and macOS reach nothing else of WSL and of containers. */
export const PUBLISHED_PORTS: Readonly<Record<string, number>> = {
  frontend1: 8081,
  frontend2: 8082,
  frontend3: 8083,
  ns1: 5300,
  socks: 1080,
  painel: 9000,
}

/** Redis Sentinel runs beside each Redis, at the same address. */
export const SENTINEL_PORT = 26_379
/** The name of the group of Redis servers at the Sentinels. */
export const SENTINEL_NAME = 'lab'

const PORTS = {
  painel: { low: 80, high: 8080 },
  mysql: { low: 3306, high: 3306 },
  redis: { low: 6379, high: 6379 },
  dns: { low: 53, high: 5300 },
  kafka: { low: 9092, high: 9092 },
  socks: { low: 1080, high: 1080 },
  backend: { low: 3000, high: 3000 },
  frontend: { low: 80, high: 8080 },
  application: { low: 3000, high: 3000 },
} satisfies Record<HostRole, Record<PortRange, number>>

type HostRow = readonly [name: string, role: HostRole, application: HostApplication, lastOctet: number, spare?: 'spare']

const TABLE: readonly HostRow[] = [
  ['painel', 'painel', 'lab', 2],
  ['mysql', 'mysql', 'lab', 3],
  ['mysql2', 'mysql', 'lab', 63],
  ['mysql3', 'mysql', 'lab', 64],
  ['redis', 'redis', 'lab', 4],
  ['redis2', 'redis', 'lab', 73],
  ['redis3', 'redis', 'lab', 74],
  ['ns1', 'dns', 'lab', 5],
  ['ns2', 'dns', 'lab', 6],
  ['kafka', 'kafka', 'lab', 7],
  ['socks', 'socks', 'lab', 8],
  ['backend1', 'backend', 'www', 10],
  ['backend2', 'backend', 'www', 11],
  ['backend3', 'backend', 'www', 12],
  ['backend4', 'backend', 'www', 13, 'spare'],
  ['frontend1', 'frontend', 'lab', 20],
  ['frontend2', 'frontend', 'lab', 21],
  ['frontend3', 'frontend', 'lab', 22],
  ['ingressos1', 'application', 'ingressos', 30],
  ['ingressos2', 'application', 'ingressos', 31],
  ['ingressos3', 'application', 'ingressos', 32],
  ['ingressos4', 'application', 'ingressos', 33, 'spare'],
  ['acesso', 'application', 'cadastro', 40],
  ['orquestrador', 'application', 'cadastro', 41],
  ['analise', 'application', 'cadastro', 42],
  ['auth', 'application', 'reposicao', 50],
  ['tickets1', 'application', 'reposicao', 51],
  ['tickets2', 'application', 'reposicao', 52],
  ['gravador', 'application', 'reposicao', 53],
]

/** With `npm start -- --ha` only; without it their places are reserved. Kafka's place is, too, without `--broker=kafka`. */
const REPLICAS: ReadonlySet<string> = new Set(['mysql2', 'mysql3', 'redis2', 'redis3'])

/**
 * The map under a prefix.
 *
 * @param prefix three decimal octets, `172.20.0` for example
 * @param replicated whether MySQL and Redis have their replicas
 * @param broker `kafka`: it has its host
 * @throws RangeError when the prefix is not three octets from 0 to 255
 */
export function networkMap(
  prefix: string,
  ports: PortRange = 'low',
  replicated = false,
  broker: 'redis' | 'kafka' = 'redis',
): NetworkMap {
  if (!isPrefix(prefix)) {
    throw new RangeError(`"${prefix}" is not a network prefix: three numbers from 0 to 255 are needed, as in 127.20.0`)
  }
  const hosts = TABLE.map(([name, role, application, lastOctet, spare], row) => ({
    name,
    role,
    application,
    ordinal: TABLE.slice(0, row + 1).filter(([, other, same]) => other === role && same === application).length,
    spare: spare === 'spare',
    planned: (role === 'kafka' && broker !== 'kafka') || (!replicated && REPLICAS.has(name)),
    address: `${prefix}.${lastOctet}`,
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

/** The hosts of a role that a program exists for, in the order of the map; spares are among them, planned hosts are not. */
export function hostsOf(map: NetworkMap, role: HostRole): Host[] {
  return map.hosts.filter(host => host.role === role && !host.planned)
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
