/**
 * What can happen to the network of one host, as rules of its kernel. The processes run on and notice only missing packets.
 *
 * | fault | packets | a client sees |
 * |---|---|---|
 * | `cut` | all are dropped | silence, then its own time-out |
 * | `refuse` | TCP is answered with RST, UDP with ICMP "port unreachable" | ECONNREFUSED, ECONNRESET |
 * | `lossy` | a share of the packets to the host is dropped | TCP retransmissions: slow, seldom failed |
 * | `slow` | leave the host at a fixed rate (tbf) | long bodies arrive late |
 * | `parted` | all to and from one neighbour are dropped | the other hosts see no difference |
 *
 * A delay is not a rule, because not every kernel has netem: delay.ts has it as a relay.
 *
 * Read beside: bridge.ts; iptables-extensions(8) ("statistic", "REJECT"), tc-tbf(8)
 * Touches the world: packet filters and the queue of one network namespace of the test.
 */
import { execFileSync } from 'node:child_process'
import { installed } from '../../peers/installed.ts'
import { within } from './bridge.ts'

export type HostFault =
  | { readonly kind: 'cut' | 'refuse' }
  /** `share`: of the packets to the host, 0 to 1. */
  | { readonly kind: 'lossy'; readonly share: number }
  | { readonly kind: 'slow'; readonly kilobitsPerSecond: number }
  /** `from`: the address of the neighbour. */
  | { readonly kind: 'parted'; readonly from: string }

/** The commands that bring about a fault, one list of words for each. Pure. */
export function commandsFor(fault: HostFault): string[][] {
  const filter = (chain: string, ...rule: string[]) => ['iptables', '-w', '-A', chain, ...rule]
  const other = ['!', '-i', 'lo'] // the traffic of a host to itself is not affected
  switch (fault.kind) {
    case 'cut':
      return [filter('INPUT', ...other, '-j', 'DROP'), filter('OUTPUT', '!', '-o', 'lo', '-j', 'DROP')]
    case 'refuse':
      return [
        filter('INPUT', ...other, '-p', 'tcp', '-j', 'REJECT', '--reject-with', 'tcp-reset'),
        filter('INPUT', ...other, '-p', 'udp', '-j', 'REJECT'),
      ]
    case 'lossy':
      return [
        filter(
          'INPUT',
          ...other,
          '-m',
          'statistic',
          '--mode',
          'random',
          '--probability',
          String(fault.share),
          '-j',
          'DROP',
        ),
      ]
    case 'slow':
      return [
        [
          'tc',
          'qdisc',
          'add',
          'dev',
          'eth0',
          'root',
          'tbf',
          'rate',
          `${fault.kilobitsPerSecond}kbit`,
          'burst',
          '4kb',
          'latency',
          '2s',
        ],
      ]
    case 'parted':
      return [filter('INPUT', '-s', fault.from, '-j', 'DROP'), filter('OUTPUT', '-d', fault.from, '-j', 'DROP')]
  }
}

/** Why no fault can be made here; undefined when nothing is missing. */
export function whyNoFaults(): string | undefined {
  const missing = ['ip', 'iptables', 'tc', 'nsenter'].filter(program => !installed(program))
  return missing.length > 0
    ? `not installed: ${missing.join(', ')} (packages iproute2, iptables, util-linux)`
    : undefined
}

export function breakHost(host: string, fault: HostFault): void {
  for (const command of commandsFor(fault)) run(host, command)
}

/** Ends every fault of the host's network. */
export function healHost(host: string): void {
  run(host, ['iptables', '-w', '-F'])
  // There is a queue of ours only after `slow`; the default queue cannot be removed.
  if (run(host, ['tc', 'qdisc', 'show', 'dev', 'eth0']).includes('tbf'))
    run(host, ['tc', 'qdisc', 'del', 'dev', 'eth0', 'root'])
}

function run(host: string, command: readonly string[]): string {
  const [program = '', ...args] = [...within(host), ...command]
  // Debian keeps iptables and tc in /usr/sbin, which is not in the PATH of every user.
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` }
  return execFileSync(program, args, { env, encoding: 'utf8' })
}
