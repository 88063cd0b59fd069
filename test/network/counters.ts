/**
 * Counts packets of a host in its kernel: what really crossed the wire, whatever the programs say. A rule without a target changes nothing; iptables
 * counts how many packets it matched. (tcpdump shows more, and cannot capture inside an unprivileged user namespace.)
 *
 * Read beside: bridge.ts, wire.test.ts; iptables-extensions(8) ("string", "u32", "tcp")
 * Touches the world: packet filters of one network namespace of the test.
 */
import { execFileSync } from 'node:child_process'
import { within } from './bridge.ts'

/** Packets to the host, or from it, that match: words of iptables. */
export interface Counted {
  readonly direction: 'in' | 'out'
  readonly match: readonly string[]
}

/** Packets that contain a text. A text that two packets share is not found. */
export const containing = (text: string): string[] => ['-m', 'string', '--algo', 'bm', '--string', text]

/**
 * DNS responses over UDP with the flags QR and TC (RFC 1035 §4.1.1): the flags follow 20 octets of IPv4, 8 of UDP and the ID. u32 reads four octets.
 */
export const TRUNCATED = ['-p', 'udp', '--sport', '53', '-m', 'u32', '--u32', '28&0x8200=0x8200']

/** DNS queries over UDP with this first label and type: their question begins 12 octets after the UDP header. */
export const queryFor = (label: string, type: number): string[] => {
  const typeInHex = type.toString(16).padStart(4, '0')
  return [
    '-p',
    'udp',
    '--dport',
    '53',
    '-m',
    'string',
    '--algo',
    'bm',
    '--hex-string',
    `|00${typeInHex}0001|`,
    ...containing(label),
  ]
}

export const tcpFlag = (flag: 'SYN' | 'FIN' | 'RST', ...more: string[]): string[] => [
  '-p',
  'tcp',
  ...more,
  '--tcp-flags',
  // A segment that opens a connection has SYN without ACK.
  flag === 'SYN' ? 'SYN,ACK' : flag,
  flag,
]

/** Begins to count, from 0. @param rules by a name of the caller's own: lower-case letters and `-` */
export function countPackets(host: string, rules: Readonly<Record<string, Counted>>): void {
  for (const [name, { direction, match }] of Object.entries(rules))
    run(host, ['-A', direction === 'in' ? 'INPUT' : 'OUTPUT', ...match, '-m', 'comment', '--comment', name])
}

/** How many packets each rule of the host has matched. */
export function countsOf(host: string): Record<string, number> {
  const lines = run(host, ['-nvxL']).split('\n')
  return Object.fromEntries(
    lines.flatMap(line => {
      const [, packets, name] = /^\s*(\d+) .*\/\* ([a-z-]+) \*\//.exec(line) ?? []
      return name === undefined ? [] : [[name, Number(packets)]]
    }),
  )
}

function run(host: string, words: readonly string[]): string {
  const [program = '', ...args] = [...within(host), 'iptables', '-w', ...words]
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` }
  return execFileSync(program, args, { env, encoding: 'utf8' })
}
