/**
 * The settings of one node of the Galera cluster: words of the command of mariadbd.
 *
 * Read beside: galera.ts; https://galeracluster.com/library/documentation/galera-parameters.html
 * Touches the world: looks for the library and its folders.
 */
import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** One place of the cluster. */
export interface GaleraPlace {
  readonly name: string
  readonly address: string
  readonly folder: string
}

export interface GaleraNode {
  readonly name: string
  readonly address: string
  /** All nodes in the order of the map, this one among them. */
  readonly nodes: readonly GaleraPlace[]
  /** Where the Debian packages were unpacked (lab/setup/packages.sh). */
  readonly programs: string
}

/** The settings of one node. */
export function galeraArguments({ nodes, address, name, programs }: GaleraNode): string[] {
  const provider = {
    base_host: address,
    'gmcast.listen_addr': `tcp://${address}:4567`,
    'ist.recv_addr': `${address}:4568`,
    'gcache.size': '16M',
    // A node is out after 1.5 s of silence. The period must stay below a third of it.
    'evs.keepalive_period': 'PT0.4S',
    'evs.inactive_check_period': 'PT0.4S',
    'evs.suspect_timeout': 'PT1.5S',
    'evs.inactive_timeout': 'PT3S',
    'evs.install_timeout': 'PT3S',
    // Until a new group is agreed on, all reads and writes wait. Its messages are sent once a second by default.
    'evs.join_retrans_period': 'PT0.3S',
  }
  return [
    '--wsrep_on=ON',
    `--wsrep_provider=${findLibrary(programs)}`,
    '--wsrep_cluster_name=lab',
    `--wsrep_cluster_address=gcomm://${nodes.map(node => node.address).join(',')}`,
    `--wsrep_node_name=${name}`,
    `--wsrep_node_address=${address}`,
    `--wsrep_sst_receive_address=${address}:${transferPort(address)}`,
    '--wsrep_sst_method=mariabackup',
    '--wsrep_sst_auth=root:',
    // A read waits until the node has applied what was committed anywhere before: what was acknowledged can be read on every node.
    '--wsrep_sync_wait=1',
    `--wsrep_provider_options=${Object.entries(provider)
      .map(pair => pair.join('='))
      .join(';')}`,
    '--binlog_format=ROW',
    '--innodb_autoinc_lock_mode=2',
    '--default_storage_engine=InnoDB',
  ]
}

/**
 * The port of a transfer of all data. Its program (socat) listens on every address, so that two nodes of one machine, or of two labs, need
 * two ports: the last three numbers of the address are made into one.
 */
function transferPort(address: string): number {
  const [, second = 0, third = 0, last = 0] = address.split('.').map(Number)
  return 20_000 + (((second * 256 + third) * 256 + last) % 10_007)
}

function findLibrary(programs: string): string {
  const places = [join(programs, 'usr/lib/galera/libgalera_smm.so'), '/usr/lib/galera/libgalera_smm.so']
  const found = places.find(existsSync)
  if (found) return resolve(found)
  throw new Error(`libgalera_smm.so: o pacote galera-4 não está em · the package galera-4 is not in ${programs}`)
}

/** The folders with shared libraries of the unpacked packages: `usr/lib/x86_64-linux-gnu`, `lib/…`. */
export function libraries(programs: string): string {
  return ['usr/lib', 'lib']
    .map(folder => join(resolve(programs), folder))
    .filter(existsSync)
    .flatMap(folder =>
      readdirSync(folder)
        .filter(name => name.endsWith('-linux-gnu'))
        .map(name => join(folder, name)),
    )
    .join(':')
}
