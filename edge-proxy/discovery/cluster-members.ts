/**
 * The members of one cluster: the backends of the configuration, or those that DNS gives.
 *
 * Read beside: discovery.ts, ../upstream/cluster.ts `setBackends`, ../main.ts (one for each cluster)
 * Touches the world: through the discovery.
 */
import type { BackendAddress } from '../balance/backend.ts'
import { Discovery, type DiscoveryOptions, type DiscoverySettings } from './discovery.ts'

export interface MemberSource {
  readonly cluster: Pick<DiscoveryOptions, 'setBackends'>
  /** Without DNS, or until it answers. */
  readonly backends: readonly BackendAddress[]
  readonly discovery: DiscoverySettings | undefined
}

export class ClusterMembers {
  readonly #source: MemberSource
  readonly #discovery: Discovery | undefined

  constructor(source: MemberSource, shared: Pick<DiscoveryOptions, 'clock' | 'events' | 'log'>) {
    const { cluster, discovery } = source
    const setBackends = cluster.setBackends.bind(cluster)
    this.#source = source
    this.#discovery = discovery && new Discovery({ ...discovery, setBackends, ...shared })
  }

  /** For people; undefined when the members come from the configuration. */
  get discoveryStatus(): Record<string, unknown> | undefined {
    return this.#discovery?.status
  }

  /** @returns when the first members have been checked */
  async start(): Promise<void> {
    const { cluster, backends } = this.#source
    await this.#discovery?.start()
    if (this.#discovery === undefined || this.#discovery.silent) await cluster.setBackends(backends)
  }

  stop(): void {
    this.#discovery?.stop()
  }
}
