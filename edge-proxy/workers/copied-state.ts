/**
 * The state that all workers of an edge have in common. The main thread has the original: it checks backends, gets their list from DNS, and
 * receives the switches. After each change the whole state, a few kilobytes, is copied to the others.
 *
 * Read beside: workers.ts (when it is copied), copied-checks.ts (backends), ../balance/backend.ts
 * Pure: the parts of an edge in, values out; or values in, the parts changed.
 */
import type { Fault } from '#shared/fault.ts'
import type { EdgeParts } from '../assemble.ts'
import type { Backend, BackendAddress } from '../balance/backend.ts'
import type { Algorithm } from '../balance/balancer.ts'
import type { LimitSettings } from '../limits/rate-limits.ts'

/** A backend without the numbers of its requests: those are different in each worker. */
export type BackendState = BackendAddress &
  Pick<Backend, 'label' | 'mode' | 'health' | 'leaving' | 'lastCheck' | 'nextCheckAt' | 'ban'>

export interface ClusterState {
  readonly name: string
  readonly algorithm: Algorithm
  readonly backends: readonly BackendState[]
}

export interface CopiedState {
  readonly clusters: readonly ClusterState[]
  readonly limits: LimitSettings
  readonly faults: readonly Fault[]
}

/** The state of these parts, as values that can be sent to another thread. */
export function copyState({ rows, limits, faults }: EdgeParts): CopiedState {
  return {
    clusters: rows.map(({ cluster }) => ({
      name: cluster.name,
      algorithm: cluster.balancer.algorithm,
      backends: cluster.backends.map(copyBackend),
    })),
    limits: limits.settings,
    faults: faults.list,
  }
}

function copyBackend(backend: Backend): BackendState {
  const { name, address, port, weight, label, mode, health, leaving, lastCheck, nextCheckAt, ban } = backend
  return { name, address, port, weight, label, mode, health, leaving, lastCheck, nextCheckAt, ban }
}

/** Where the state of a backend is applied: copied-checks.ts. */
export interface BackendCopies {
  apply(cluster: string, backend: Backend, state: BackendState): void
}

/** Makes the state of these parts equal to `state`. @returns when a change of the faults has taken effect */
export async function applyState(
  { clusters, limits, faults }: CopiedState,
  parts: EdgeParts,
  copies: BackendCopies,
): Promise<void> {
  for (const { name, algorithm, backends } of clusters) {
    const cluster = parts.rows.find(row => row.cluster.name === name)?.cluster
    if (cluster === undefined) throw new Error(`cluster ${name} does not exist in this worker`)
    cluster.balancer.algorithm = algorithm
    // The list is replaced before the first await: a new backend gets no request before its state is known.
    const replaced = cluster.setBackends(backends)
    for (const state of backends) {
      const backend = cluster.backends.find(backend => backend.is(state))
      if (backend === undefined) continue
      const { mode } = backend
      backend.mode = state.mode
      backend.weight = state.weight
      if (mode !== state.mode) cluster.recheck(backend)
      copies.apply(name, backend, state)
    }
    await replaced
  }
  if (!isSame(limits, parts.limits.settings)) parts.limits.settings = limits
  if (!isSame(faults, parts.faults.list)) await parts.faults.replace(faults)
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
