/**
 * The system that the rubric is checked against: any DNS server with round robin, its web machines, and its login. Only private and loopback
 * addresses, so that the check cannot be pointed at other people's machines.
 *
 *     check 12 --target=192.168.0.5 --name=www.meutrabalho.com.br --login=/login --fields='username=ana&password=…' --profile=/perfil
 *     check 12 --target=127.0.0.1:5300 --machines=127.0.0.1:8081,127.0.0.1:8082,127.0.0.1:8083     machines published by Docker
 *
 * Read beside: RFC 1918 §3 (private addresses), rubric.ts
 * Pure: options in, a target out, or one sentence that says what is wrong.
 */
import { BlockList, isIPv4 } from 'node:net'
import { WWW } from '../../shared/network-map.ts'

export interface TargetPlace {
  readonly address: string
  readonly port: number
}

export interface AssignmentTarget {
  readonly dns: TargetPlace
  readonly name: string
  /** The port of the addresses that DNS answers. */
  readonly httpPort: number
  /** Where to connect instead of the addresses that DNS answers; empty: those. */
  readonly machines: readonly TargetPlace[]
  readonly page: string
  readonly login: string
  /** Form fields: `username=ana&password=…`. */
  readonly fields: string
  readonly profile: string
  /** Shell commands that switch one machine off and on again; without them that part is not checked. */
  readonly off?: string
  readonly on?: string
}

/** The options of `check 12`. */
export const TARGET_OPTIONS = [
  'target',
  'name',
  'http-port',
  'machines',
  'page',
  'login',
  'fields',
  'profile',
  'off',
  'on',
] as const

const ALLOWED = new BlockList()
for (const [network, bits] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  ALLOWED.addSubnet(network, bits)

/** Whether an address is loopback or private (RFC 1918 §3). */
export function isAllowed(address: string): boolean {
  return isIPv4(address) && ALLOWED.check(address)
}

/** @throws Error for an address outside of private networks, and for options without a target */
export function parseTarget(values: Readonly<Record<string, string>>): AssignmentTarget {
  const { target = '', name = WWW, machines = '', page = '/', login = '/login', profile = '/perfil' } = values
  const { fields = 'username=ana&password=ana-no-laboratorio', off, on } = values
  return {
    dns: placeFrom(target, 53),
    name,
    httpPort: Number(values['http-port'] ?? 80),
    machines: machines === '' ? [] : machines.split(',').map(text => placeFrom(text, 80)),
    ...{ page, login, fields, profile },
    ...(off === undefined ? {} : { off }),
    ...(on === undefined ? {} : { on }),
  }
}

function placeFrom(text: string, defaultPort: number): TargetPlace {
  const [address = '', port] = text.split(':')
  if (!isAllowed(address)) {
    throw new Error(
      `${JSON.stringify(text)}: só endereços privados ou de loopback · only private or loopback addresses`,
    )
  }
  return { address, port: Number(port ?? defaultPort) }
}
