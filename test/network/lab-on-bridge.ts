/**
 * The whole lab on the bridge: the programs and settings of `npm start`, each in the network namespace of its host.
 *
 * Read beside: bridge.ts, lab/roster.ts (what is started, in which order)
 * Touches the world: starts and ends the processes of the lab.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { COMPOSE_PREFIX, networkMap } from '#shared/network-map.ts'
import type { Child } from '../../lab/child.ts'
import { type Component, roster } from '../../lab/roster.ts'
import { startComponent } from '../../lab/start-component.ts'
import { layZones } from '../../lab/zones.ts'
import type { EdgeProgram } from '../../peers/edge-proxies.ts'
import { buildBridge, within } from './bridge.ts'
import { DelayedHost } from './delay.ts'
import { startUsual } from './usual-site.ts'

export interface LabOnBridgeOptions {
  /** Names of hosts that are not started. */
  readonly leftOut?: readonly string[]
  /** With it, the usual build is started in place of the lab's programs: BIND, this edge, Express. */
  readonly edge?: EdgeProgram
  /** With the replicas of MySQL and Redis. */
  readonly ha?: boolean
  /** Names of hosts whose TCP connections can be delayed. */
  readonly delayable?: readonly string[]
}

export class LabOnBridge {
  readonly folder: string
  readonly #waves: readonly Component[][]
  readonly #edge: EdgeProgram | undefined
  readonly #running = new Map<string, Child>()
  readonly #delayed = new Map<string, DelayedHost>()

  private constructor(folder: string, waves: readonly Component[][], edge: EdgeProgram | undefined) {
    this.folder = folder
    this.#waves = waves
    this.#edge = edge
  }

  /**
   * Starts all hosts but the spares and those that are left out.
   *
   * @throws ChildFailure with the last words of what did not start
   */
  static async start({
    leftOut = [],
    edge,
    ha = false,
    delayable = [],
  }: LabOnBridgeOptions = {}): Promise<LabOnBridge> {
    const folder = mkdtempSync(join(tmpdir(), 'lab-on-bridge-'))
    const waves = roster(networkMap(COMPOSE_PREFIX, 'low', ha), {
      dns: 'own',
      edge: 'own',
      folder,
      applications: [],
      broker: 'redis',
      faults: false,
      ha,
    }).map(wave => wave.filter(({ onRequest, host }) => !onRequest && !leftOut.includes(host.name)))
    layZones(join(folder, 'zones'), COMPOSE_PREFIX)
    const lab = new LabOnBridge(folder, waves, edge)
    const hosts = waves.flat().map(({ host }) => host)
    buildBridge(hosts)
    for (const host of hosts)
      if (delayable.includes(host.name)) lab.#delayed.set(host.name, await DelayedHost.start(host))
    for (const wave of waves) await Promise.all(wave.map(({ host }) => lab.begin(host.name)))
    return lab
  }

  /** The names of the hosts, in the order in which they are started. */
  get names(): string[] {
    return this.#waves.flat().map(({ host }) => host.name)
  }

  /** Starts the process of a host and waits until it is ready. */
  async begin(name: string): Promise<void> {
    const component = this.#waves.flat().find(({ host }) => host.name === name)
    if (!component) throw new RangeError(`${name} is not on this bridge: ${this.names.join(', ')}`)
    const onChild = (child: Child) => void this.#running.set(name, child)
    if (this.#edge && USUAL_ROLES.has(component.host.role)) return startUsual(name, this.#edge, this.folder, onChild)
    const hooks = { onChild, report: () => {} }
    await startComponent(component, this.folder, hooks, within(name))
  }

  /** SIGKILL. The host itself goes on: its kernel refuses connections. */
  async kill(name: string): Promise<void> {
    await this.#child(name).kill()
  }

  /** SIGTERM: the program drains and ends. */
  async stop(name: string): Promise<void> {
    await this.#child(name).stop()
  }

  /** SIGSTOP: the kernel still accepts connections, and nothing answers. */
  pause(name: string): void {
    this.#child(name).signal('SIGSTOP')
  }

  resume(name: string): void {
    this.#child(name).signal('SIGCONT')
  }

  /** What the host sends and receives over TCP arrives later. @param ms milliseconds in each direction; 0: no delay */
  async delay(name: string, ms: number): Promise<void> {
    const host = this.#delayed.get(name)
    if (!host) throw new RangeError(`${name} is not delayable: ${[...this.#delayed.keys()].join(', ')}`)
    await host.delay(ms)
  }

  pidOf(name: string): number {
    return this.#child(name).pid
  }

  logOf(name: string): string {
    return join(this.folder, 'logs', `${name}.log`)
  }

  async end(): Promise<void> {
    for (const host of this.#delayed.values()) host.end()
    for (const wave of this.#waves.toReversed())
      await Promise.all(wave.map(({ host }) => this.#running.get(host.name)?.kill()))
    rmSync(this.folder, { recursive: true, force: true })
  }

  #child(name: string): Child {
    const child = this.#running.get(name)
    if (child) return child
    throw new RangeError(`${name} has not been started`)
  }
}

/** What the usual build has other programs for; Redis and MySQL are the same. */
const USUAL_ROLES: ReadonlySet<string> = new Set(['dns', 'backend', 'frontend'])
