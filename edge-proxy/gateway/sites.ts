/**
 * The applications that the edges serve beside `www`: each of their clusters, with the requests that belong to it and its servers.
 *
 *     Host                             path prefix   cluster     servers (A records of)
 *     ingressos.meutrabalho.com.br                   ingressos   ingressos-servers.meutrabalho.com.br
 *     reposicao.meutrabalho.com.br     /auth/        auth        auth.meutrabalho.com.br
 *     reposicao.meutrabalho.com.br                   tickets     tickets-servers.meutrabalho.com.br
 *
 * Read beside: shared/applications.ts (the table), gateway.ts (which looks a request up), ../assemble.ts
 * Pure: a map in, rows out.
 */
import {
  type ApplicationName,
  applicationsOf,
  hostsOfApplication,
  processOf,
  siteOf,
  startCommand,
} from '#shared/applications.ts'
import { hostsOf, type NetworkMap, ZONE } from '#shared/network-map.ts'
import type { BackendAddress } from '../balance/backend.ts'
import type { DiscoverySettings } from '../discovery/discovery.ts'

export interface ClusterRow {
  /** The name of the cluster: `tickets`. */
  readonly name: string
  readonly application: ApplicationName
  /** Which requests belong to it. */
  readonly host: string
  readonly pathPrefix: string
  /** Its servers on the map, without spares. */
  readonly backends: readonly BackendAddress[]
  /** Where its servers are found in DNS; then `backends` are used until DNS answers. */
  readonly discovery: DiscoverySettings | undefined
  /** The command that starts its servers. */
  readonly startedBy: string
}

/** @param fromDns whether the servers come from DNS, so that a new record is enough for a new server */
export function clusterRows(map: NetworkMap, fromDns: boolean): ClusterRow[] {
  const dns = hostsOf(map, 'dns').map(({ address, port }) => `${address}:${port}`)
  return applicationsOf(map).flatMap(({ name: application, paths }) =>
    paths.map(({ pathPrefix = '', process, servers }) => {
      const hosts = hostsOfApplication(map, application).filter(host => processOf(host) === process)
      const port = hosts[0]?.port ?? 3000
      return {
        name: process,
        application,
        host: siteOf(application),
        pathPrefix,
        backends: hosts
          .filter(({ spare }) => !spare)
          .map(({ name, address, port }) => ({ name, address, port, weight: 1 })),
        discovery: fromDns ? { name: `${servers}.${ZONE}`, port, servers: dns } : undefined,
        startedBy: startCommand(application, map.prefix),
      }
    }),
  )
}
