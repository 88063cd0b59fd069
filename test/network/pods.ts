/**
 * What a Kubernetes cluster gives to the programs of deploy/kubernetes/, on the bridge: pods with addresses that are on no map, and Services, whose
 * addresses are those of the map. A Service is what kube-proxy makes of it: a rule that rewrites the destination.
 *
 *   frontend1 (pod 10.244.0.20) ── to 172.20.0.10:3000 ──► iptables DNAT ──► 10.244.0.10:3000 (pod of backend1)
 *
 * Read beside: bridge.ts, pods.test.ts, ../testing/manifests.ts; https://kubernetes.io/docs/reference/networking/virtual-ips/
 * Touches the world: addresses, routes and packet filters of namespaces of the test; files in the folder that it is given.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { COMPOSE_PREFIX, type Host } from '#shared/network-map.ts'
import { within } from './bridge.ts'

/** The network of the pods in this cluster: the value of the manifests. */
export const POD_PREFIX = '10.244.0'

/** The same host in a pod: only its address differs. */
export function inPod(host: Host): Host {
  return { ...host, address: podAddress(host) }
}

export function podAddress({ address }: Pick<Host, 'address'>): string {
  return address.replace(COMPOSE_PREFIX, POD_PREFIX)
}

/** Makes the Service of each host known in each of the namespaces, and to this process, which gets an address among the pods. */
export function addServices(hosts: readonly Host[]): void {
  const rules = hosts.flatMap(host => {
    const protocols = host.role === 'dns' ? ['tcp', 'udp'] : ['tcp']
    return protocols.map(
      protocol =>
        `-A OUTPUT -d ${host.address} -p ${protocol} --dport ${host.port} -j DNAT --to-destination ${podAddress(host)}`,
    )
  })
  const table = ['*nat', ...rules, 'COMMIT', ''].join('\n')
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` }
  for (const { name } of hosts) {
    const [nsenter = '', ...inside] = within(name)
    execFileSync(nsenter, [...inside, 'ip', 'route', 'add', `${COMPOSE_PREFIX}.0/24`, 'dev', 'eth0'], { env })
    execFileSync(nsenter, [...inside, 'iptables-restore'], { env, input: table })
  }
  execFileSync('ip', ['address', 'add', `${POD_PREFIX}.1/24`, 'dev', 'br0'], { env })
  execFileSync('iptables-restore', [], { env, input: table })
}

/** The DNS of the cluster for the names of Services: `redis`. */
export function nameServices(folder: string, hosts: readonly Host[]): void {
  const file = join(folder, 'hosts')
  const names = hosts.map(host => `${podAddress(host)} ${host.name}\n`)
  writeFileSync(file, [readFileSync('/etc/hosts', 'utf8'), ...names].join(''))
  execFileSync('mount', ['--bind', file, '/etc/hosts'])
}

/** A ConfigMap as the kubelet mounts it: each file is a link into a folder that is replaced as a whole. */
export function mountConfigMap(folder: string, data: Readonly<Record<string, string>>): string {
  mkdirSync(join(folder, '..2026_11_28'), { recursive: true })
  symlinkSync('..2026_11_28', join(folder, '..data'))
  for (const [name, text] of Object.entries(data)) {
    writeFileSync(join(folder, '..2026_11_28', name), text)
    symlinkSync(join('..data', name), join(folder, name))
  }
  return folder
}
