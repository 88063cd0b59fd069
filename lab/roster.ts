/**
 * The roster: which processes make up the lab, in the order in which they are started, and the settings of each.
 *
 * Read beside: shared/network-map.ts (their addresses), launcher.ts (which starts them)
 * Pure: a map and a choice of programs in, a list out.
 */
import { applicationsOf, hostsOfApplication, programOf, titleOf } from '#shared/applications.ts'
import { type Host, hostNamed, hostsOf, type NetworkMap, ZONE } from '#shared/network-map.ts'
import type { LabConfig } from './config.ts'

export interface Component {
  readonly host: Host
  /** What it is, for people. */
  readonly title: string
  /** The TypeScript program; the two databases are programs of the system and have none. */
  readonly program?: string
  readonly env: Readonly<Record<string, string>>
  /** A file that Node loads before the program. */
  readonly preload?: string
  /** Not started with the lab: spares, and the applications that `--app` does not name. */
  readonly onRequest: boolean
  /** For a database: all servers of its kind in this lab, itself among them. */
  readonly group: readonly Host[]
  /** Not stopped by a reset, because the request for the reset may come from it. */
  readonly staysOnReset?: boolean
}

/**
 * For programs that hash passwords. Each argon2 hash takes 19 MiB from malloc and frees them; glibc keeps such blocks in the process
 * after it has seen some, so a backend had 200 MB after ten logins in place of 58. Above this many octets glibc now uses mmap, and
 * returns the block to the system. (mallopt(3), M_MMAP_THRESHOLD; other C libraries ignore it.)
 */
const MEMORY = { MALLOC_MMAP_THRESHOLD_: String(1024 * 1024) }

/**
 * Each wave starts when the one before is ready: what others need comes first.
 *
 * @param published where a host listens too, by its name (ports.ts)
 */
export function roster(
  map: NetworkMap,
  config: Pick<LabConfig, 'dns' | 'edge' | 'folder' | 'faults' | 'applications' | 'broker' | 'exercise' | 'ha'>,
  published: Readonly<Record<string, string>> = {},
): Component[][] {
  const { exercise } = config
  const common = {
    LAB_PORTS: map.ports,
    LAB_FAULTS: config.faults ? '1' : '0',
    LAB_HA: config.ha ? '1' : '0',
    ...(exercise === undefined ? {} : { LAB_EXERCISE: exercise }),
  }
  const preload = exercise === undefined ? {} : { preload: './lessons/in-place/preload.ts' }
  const typescript = (host: Host, title: string, program: string, env: Record<string, string> = {}): Component => ({
    host,
    title,
    program,
    env: { ADDRESS: host.address, SERVER_NAME: title, ALSO_LISTEN: published[host.name] ?? 'none', ...common, ...env },
    onRequest: host.spare,
    group: [],
    ...preload,
  })
  const database = (host: Host, title: string): Component => ({
    host,
    title: host.ordinal === 1 ? title : `${title} ${host.ordinal}`,
    env: {},
    onRequest: false,
    group: hostsOf(map, host.role),
  })
  const dnsProgram = config.dns === 'own' ? 'dns-server/main.ts' : 'peers/dns2-server.ts'
  // So that adding a backend is adding a record. The comparators support neither PTR records nor discovery.
  const edgeEnv = config.dns === 'own' && config.edge === 'own' ? { BACKENDS: `dns:backends.${ZONE}` } : {}
  const kafka = hostNamed(map, 'kafka')
  const usesKafka = config.broker === 'kafka'
  const brokerEnv = usesKafka ? { BROKER: `kafka://${kafka.address}:${kafka.port}` } : {}
  const edgeProgram = config.edge === 'own' ? 'edge-proxy/main.ts' : 'peers/http-proxy-edge.ts'
  const dnsHosts = config.dns === 'own' ? hostsOf(map, 'dns') : [hostNamed(map, 'ns1')]

  return [
    [
      ...hostsOf(map, 'mysql').map(host => database(host, 'MySQL')),
      ...hostsOf(map, 'redis').map(host => database(host, 'Redis')),
      ...(usesKafka ? [{ host: kafka, title: 'Kafka', env: {}, onRequest: false, group: [] }] : []),
    ],
    [
      ...dnsHosts.map(host => typescript(host, `DNS ${host.name}`, dnsProgram, { ZONES: `${config.folder}/zones` })),
      ...hostsOf(map, 'backend').map(host => typescript(host, `Servidor ${host.ordinal}`, 'backend/main.ts', MEMORY)),
      ...applicationsOf(map).flatMap(({ name }) =>
        hostsOfApplication(map, name).map(host => ({
          ...typescript(host, titleOf(map, host), programOf(host), { ...MEMORY, ...brokerEnv }),
          onRequest: host.spare || !config.applications.includes(name),
        })),
      ),
    ],
    [
      ...hostsOf(map, 'frontend').map(host => typescript(host, `Frontend ${host.ordinal}`, edgeProgram, edgeEnv)),
      typescript(hostNamed(map, 'socks'), 'SOCKS5', 'client/socks/main.ts'),
      {
        ...typescript(hostNamed(map, 'painel'), 'Painel', 'painel/main.ts', { LAB_DIR: config.folder, ...brokerEnv }),
        staysOnReset: true,
      },
    ],
  ]
}
