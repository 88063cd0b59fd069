/**
 * The applications beside `www`: which processes each has, which program each process runs, and which paths of the application's name
 * the edges send to which of them. One row for each application.
 *
 * Read beside: network-map.ts (their hosts), apps/README.md (how an application plugs in), edge-proxy/gateway/, lab/roster.ts
 * Pure: a table, and names made from it.
 */
import { COMPOSE_PREFIX, type Host, hostsOf, type NetworkMap, ZONE } from './network-map.ts'

export type ApplicationName = 'ingressos' | 'cadastro' | 'reposicao'

/** Which requests of an application go to which of its processes. */
export interface ApplicationPath {
  /** `/auth/`: only paths that begin with it; all paths of the name when it is absent. */
  readonly pathPrefix?: string
  /** The process that answers; also the name of the edge's cluster. */
  readonly process: string
  /** The first label of the name in DNS whose A records are the servers of that process. */
  readonly servers: string
}

export interface ApplicationRow {
  readonly name: ApplicationName
  /** Its processes, each with its name for people. Host `tickets2` runs the process `tickets`. */
  readonly processes: Readonly<Record<string, string>>
  readonly paths: readonly ApplicationPath[]
}

export const APPLICATIONS: readonly ApplicationRow[] = [
  {
    name: 'ingressos',
    processes: { ingressos: 'Ingressos' },
    paths: [{ process: 'ingressos', servers: 'ingressos-servers' }],
  },
  {
    name: 'cadastro',
    processes: { acesso: 'Acesso', orquestrador: 'Orquestrador', analise: 'Análise' },
    paths: [{ process: 'acesso', servers: 'acesso' }],
  },
  {
    name: 'reposicao',
    processes: { auth: 'Auth', tickets: 'Tickets', gravador: 'Gravador' },
    paths: [
      { pathPrefix: '/auth/', process: 'auth', servers: 'auth' },
      { process: 'tickets', servers: 'tickets-servers' },
    ],
  },
]

/** The applications whose programs exist on this map: at least one of their hosts is not planned. */
export function applicationsOf(map: NetworkMap): ApplicationRow[] {
  const hosts = hostsOf(map, 'application')
  return APPLICATIONS.filter(({ name }) => hosts.some(({ application }) => application === name))
}

/** The hosts of an application, spares among them. */
export function hostsOfApplication(map: NetworkMap, name: ApplicationName): Host[] {
  return hostsOf(map, 'application').filter(({ application }) => application === name)
}

/** The name that its users type: `ingressos.meutrabalho.com.br`. */
export function siteOf(name: ApplicationName): string {
  return `${name}.${ZONE}`
}

/** What runs on a host: `tickets` on `tickets2`. */
export function processOf({ name }: Pick<Host, 'name'>): string {
  return name.replace(/\d+$/, '')
}

/** `apps/ingressos/main.ts`; a process with another name than its application has a folder of its own: `apps/cadastro/acesso/main.ts`. */
export function programOf(host: Pick<Host, 'name' | 'application'>): string {
  const process = processOf(host)
  return process === host.application ? `apps/${process}/main.ts` : `apps/${host.application}/${process}/main.ts`
}

/** The name of a host for people: `Tickets 2`, or `Acesso` where the process has one host only. */
export function titleOf(map: NetworkMap, host: Host): string {
  const process = processOf(host)
  const title = APPLICATIONS.find(({ name }) => name === host.application)?.processes[process] ?? host.name
  const twins = map.hosts.filter(other => other.role === 'application' && processOf(other) === process)
  return twins.length > 1 ? `${title} ${host.name.slice(process.length)}` : title
}

/** The command that starts an application. @param prefix of the lab: with that of Docker Compose it is a profile */
export function startCommand(name: string, prefix: string): string {
  return prefix === COMPOSE_PREFIX ? `docker compose --profile ${name} up -d` : `npm run lab -- start ${name}`
}
