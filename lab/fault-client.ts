/**
 * Causes faults in the components of a running lab, by `POST /faults` of their admin endpoints.
 *
 * Read beside: shared/faults.ts (the other end), shared/fault-body.ts (what a body has)
 * Touches the world: through admin-client.ts.
 */
import type { Fault } from '#shared/fault.ts'
import type { Host, NetworkMap } from '#shared/network-map.ts'
import { AdminRefusal, askAdmin } from './admin-client.ts'

/** A fault in force, and the component that has it. */
export interface ComponentFault extends Fault {
  readonly component: string
}

interface FaultsAnswer {
  readonly faults: readonly Fault[]
}

/** The components in which faults can be caused: the DNS servers, the edge proxies, the backends and the applications. */
export function faultyHosts(map: NetworkMap): Host[] {
  const roles: readonly string[] = ['dns', 'frontend', 'backend', 'application']
  return map.hosts.filter(({ role, planned }) => !planned && roles.includes(role))
}

/** @throws AdminRefusal 404 that lists the components in which faults can be caused */
export function faultyHost(map: NetworkMap, name: string): Host {
  const host = faultyHosts(map).find(host => host.name === name)
  if (host) return host
  const names = faultyHosts(map).map(({ name }) => name)
  throw new AdminRefusal(
    404,
    `${JSON.stringify(name)} não aceita falhas; use um destes · has no faults; use one of: ${names.join(', ')}`,
  )
}

/** @param body as in shared/fault-body.ts @throws AdminRefusal with the sentence of the component, or when it does not answer */
export async function causeFault(host: Host, body: unknown): Promise<void> {
  await askAdmin<FaultsAnswer>(host, '/faults', body)
}

/** All faults in force. Components that do not answer, or have no faults (peers/), are left out. */
export async function listFaults(hosts: readonly Host[]): Promise<ComponentFault[]> {
  const answers = await Promise.all(hosts.map(host => unlessRefused(askAdmin<FaultsAnswer>(host, '/faults'))))
  return hosts.flatMap(({ name: component }, index) =>
    (answers[index]?.faults ?? []).map(fault => ({ component, ...fault })),
  )
}

/** All faults of these components end. A component that does not answer has none once it is started again. */
export async function clearFaults(hosts: readonly Host[]): Promise<void> {
  await Promise.all(hosts.map(host => unlessRefused(causeFault(host, { kind: 'none' }))))
}

async function unlessRefused<Value>(answer: Promise<Value>): Promise<Value | undefined> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof AdminRefusal) return undefined
    throw error
  }
}
