/**
 * Settings: values from environment variables, each with a default and a range, read once in a program's `config.ts`.
 *
 * Read beside: any `config.ts`
 * Pure: an environment in, values out, or one clear sentence that names the variable.
 */
import { isIPv4 } from 'node:net'
import {
  type Host,
  type HostRole,
  hostAt,
  hostsOf,
  type NetworkMap,
  networkMap,
  type PortRange,
  prefixOf,
} from './network-map.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** A setting that cannot be used. The message names the variable, what it holds, and what would be right, in Portuguese with English beside it. */
export class SettingError extends Error {
  override name = 'SettingError'
  constructor(variable: string, value: string | undefined, wanted: string) {
    super(`${variable}=${value === undefined ? ' (not set)' : JSON.stringify(value)}: ${wanted}`)
  }
}

/** A whole number within `min`…`max`, both included. */
export function integer(
  env: Environment,
  name: string,
  { byDefault, min, max }: { byDefault: number; min: number; max: number },
): number {
  const text = env[name]
  if (text === undefined || text === '') return byDefault
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= min && value <= max) return value
  throw new SettingError(
    name,
    text,
    `é preciso um número inteiro de ${min} a ${max} · a whole number from ${min} to ${max} is needed (default ${byDefault})`,
  )
}

/** One word out of a list. */
export function oneOf<const Word extends string>(
  env: Environment,
  name: string,
  words: readonly Word[],
  byDefault: NoInfer<Word>,
): Word {
  const text = env[name]
  if (text === undefined || text === '') return byDefault
  const word = words.find(word => word === text)
  if (word) return word
  throw new SettingError(
    name,
    text,
    `use um destes: ${words.join(', ')} · one of ${words.join(', ')} is needed (default ${byDefault})`,
  )
}

/** A switch: 1/on/true or 0/off/false. */
export function flag(env: Environment, name: string, byDefault: boolean): boolean {
  const text = env[name]
  if (text === undefined || text === '') return byDefault
  if (['1', 'on', 'true'].includes(text)) return true
  if (['0', 'off', 'false'].includes(text)) return false
  throw new SettingError(name, text, `use 1 ou 0 · 1 or 0 is needed (default ${byDefault ? 1 : 0})`)
}

/** Any text; `byDefault` when it is not set or empty. */
export function text(env: Environment, name: string, byDefault: string): string {
  return env[name] || byDefault
}

/** An address and port beside the one on the map. */
export interface SecondPlace {
  readonly address: string
  readonly port: number
}

/** An absolute URL with a host, whose scheme is one of `schemes` (without the colon). */
export function url(env: Environment, name: string, schemes: readonly string[], byDefault: string): URL {
  const given = env[name] || byDefault
  const parsed = URL.parse(given)
  if (parsed?.host && schemes.includes(parsed.protocol.slice(0, -1))) return parsed
  const begin = (or: string) => schemes.map(scheme => `${scheme}://`).join(` ${or} `)
  throw new SettingError(
    name,
    withoutPassword(given),
    `é preciso uma URL que comece com ${begin('ou')} e tenha um host · a URL beginning with ${begin('or')} and a host is needed`,
  )
}

/** Messages end in logs. */
function withoutPassword(url: string): string {
  return url.replace(/:[^:/@]*@/, ':…@')
}

/** Who this process is: its place on the map, and the name that it shows to people. */
export interface Identity {
  readonly host: Host
  readonly map: NetworkMap
  /** `Servidor 1`, `Frontend 2` …: what a page shows. */
  readonly serverName: string
  /** Where the server listens beside its place on the map. */
  readonly also: SecondPlace | undefined
  /** Whether faults may be caused in it, by `POST /faults`. */
  readonly faultsAllowed: boolean
}

/**
 * Reads `ADDRESS` (required), `LAB_PORTS` (low or high), `SERVER_NAME`, `LISTEN_ADDRESS`, `ALSO_LISTEN` (an IPv4 address and a port, or none),
 * `LAB_FAULTS` (1 or 0), `LAB_HA` (1: MySQL and Redis have replicas) and `BROKER` (`kafka://…`: Kafka is on the map).
 *
 * `ADDRESS` alone identifies a process: its first three octets are the map's prefix, the last one its host. Where this machine does not have that
 * address (a pod behind a Service that has it), `LISTEN_ADDRESS` is its own one: it becomes the address of `host`, and the map stays as it is.
 *
 * @param title for people, before the number of the host
 * @param mayBe which hosts of that role the program runs on; all of them by default
 * @throws SettingError when the address is missing, malformed, or not one of that role
 */
export function identity(
  env: Environment,
  role: HostRole,
  title: string,
  mayBe: (host: Host) => boolean = () => true,
): Identity {
  const address = env.ADDRESS
  if (!address || !isIPv4(address))
    throw new SettingError('ADDRESS', address, 'é preciso um endereço IPv4 · an IPv4 address is needed')
  const ports = oneOf<PortRange>(env, 'LAB_PORTS', ['low', 'high'], 'low')
  const broker = env.BROKER?.startsWith('kafka:') ? 'kafka' : 'redis'
  const map = networkMap(prefixOf(address), ports, flag(env, 'LAB_HA', false), broker)
  const host = hostAt(map, address)
  if (host?.role !== role || !mayBe(host)) {
    const places = hostsOf(map, role)
      .filter(mayBe)
      .map(host => host.address)
    throw new SettingError(
      'ADDRESS',
      address,
      `é preciso um endereço de ${role} do mapa · an address of a ${role} on the map is needed: ${places.join(', ')}`,
    )
  }
  const listen = text(env, 'LISTEN_ADDRESS', address)
  if (!isIPv4(listen))
    throw new SettingError('LISTEN_ADDRESS', listen, 'é preciso um endereço IPv4 · an IPv4 address is needed')
  return {
    host: { ...host, address: listen },
    map,
    serverName: text(env, 'SERVER_NAME', `${title} ${host.ordinal}`),
    also: secondPlace(env),
    faultsAllowed: flag(env, 'LAB_FAULTS', false),
  }
}

function secondPlace(env: Environment): SecondPlace | undefined {
  const given = text(env, 'ALSO_LISTEN', 'none')
  if (given === 'none') return undefined
  const [, address = '', port = ''] = /^([\d.]+):(\d{1,5})$/.exec(given) ?? []
  if (isIPv4(address) && Number(port) > 0 && Number(port) <= 65_535) return { address, port: Number(port) }
  throw new SettingError(
    'ALSO_LISTEN',
    given,
    'use um endereço IPv4 e uma porta, ou none · an IPv4 address and a port, or none: 127.0.0.1:8081',
  )
}
