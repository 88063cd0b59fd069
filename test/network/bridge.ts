/**
 * A network of real hosts: each host of the map in a network namespace of its own, with its own address, joined by a bridge.
 *
 *   172.20.0.1 (this process) ── br0 ─┬─ v-ns1 ─── eth0 172.20.0.5   namespace ns1
 *                                     ├─ v-backend1 ─ eth0 172.20.0.10  namespace backend1
 *                                     └─ …
 *
 * On one loopback network (`npm start`) a host cannot lose its cable without losing its process. Here it can: the rules of host-faults.ts
 * apply to one host, or to the link between two of them.
 *
 * Made inside the namespace of ../testing/namespace.ts, so the kernel removes all of it when the test ends.
 *
 * Read beside: host-faults.ts, lab-on-bridge.ts; ip-netns(8), veth(4), bridge(8), nsenter(1)
 * Touches the world: network namespaces, a bridge and virtual Ethernet pairs inside the namespace of the test; a tmpfs at /run.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { COMPOSE_PREFIX, type Host, type NetworkMap, networkMap } from '#shared/network-map.ts'
import { INSIDE_NAMESPACE } from '../testing/namespace.ts'

const BRIDGE = 'br0'

export const BRIDGE_MAP: NetworkMap = networkMap(COMPOSE_PREFIX, 'low')

/** The address of this process on the bridge: that of the students' computer. */
export const VISITOR_ADDRESS = `${COMPOSE_PREFIX}.1`

/** Makes the bridge and joins the hosts. Once in a process. @throws Error outside of a namespace of a test */
export function buildBridge(hosts: readonly Host[]): void {
  if (!process.env[INSIDE_NAMESPACE]) throw new Error('a bridge is made only inside a network namespace of a test')
  // `ip netns` keeps its names in /run/netns; here, in this mount namespace, /run is empty and belongs to the test.
  execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', '/run'])
  mkdirSync('/run/netns')
  batch([
    `link add ${BRIDGE} type bridge`,
    `link set ${BRIDGE} up`,
    `address add ${VISITOR_ADDRESS}/24 dev ${BRIDGE}`,
    ...hosts.flatMap(({ name }) => [
      `netns add ${name}`,
      `link add ${portOf(name)} type veth peer name eth0 netns ${name}`,
      `link set ${portOf(name)} master ${BRIDGE} up`,
    ]),
  ])
  for (const { name, address } of hosts)
    batch(['link set lo up', `address add ${address}/24 dev eth0`, 'link set eth0 up'], name)
}

/** Words before a command: it then runs in the namespace of that host. */
export function within(host: string): string[] {
  return ['nsenter', `--net=/run/netns/${host}`]
}

/** The host's port of the bridge: what `tcpdump -i` is given, from outside, to see all packets of the host. */
function portOf(host: string): string {
  return `v-${host}` // an interface name has at most 15 characters
}

/** One process of `ip` for many commands. */
function batch(lines: readonly string[], namespace?: string): void {
  const where = namespace === undefined ? [] : ['-n', namespace]
  execFileSync('ip', [...where, '-batch', '-'], { input: lines.join('\n') })
}
