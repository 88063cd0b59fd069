/**
 * The launcher: starts the roster wave by wave, watches its processes, and ends all of them.
 *
 * A component that dies is not restarted by itself, so that students see what its death changes.
 *
 * Read beside: roster.ts (what is started), child.ts (one process), control.ts (the requests)
 * Touches the world: processes, and the lab's folder.
 */
import { join } from 'node:path'
import { applicationsOf } from '#shared/applications.ts'
import { type Host, type NetworkMap, networkMap, type PortRange } from '#shared/network-map.ts'
import { type Child, ChildFailure } from './child.ts'
import { CommandError, type ComponentState, type ComponentStatus } from './component-status.ts'
import type { LabConfig } from './config.ts'
import { wipe } from './folder.ts'
import { type Progress, Steps } from './progress.ts'
import { type Component, roster } from './roster.ts'
import { startComponent } from './start-component.ts'
import { layZones } from './zones.ts'

export type Report = (line: string) => void

export class Launcher {
  readonly map: NetworkMap
  readonly #config: LabConfig
  readonly #report: Report
  readonly #waves: Component[][]
  readonly #running = new Map<string, Child>()
  readonly #states = new Map<string, { state: ComponentState; since: number }>()
  /** Everything that was started and has not ended, helpers such as mariadb-install-db among them. */
  readonly #children = new Set<Child>()
  /** Starts under way: between two processes of one start (an installation, then the server) there is no child to see. */
  readonly #starts = new Set<Promise<void>>()
  readonly #steps = new Steps()
  #stopping = false
  #ended = false

  constructor(config: LabConfig, ports: PortRange, report: Report, published: Readonly<Record<string, string>> = {}) {
    this.map = networkMap(config.prefix, ports, config.ha, config.broker)
    this.#config = config
    this.#report = report
    this.#waves = roster(this.map, config, published)
  }

  /** The hosts whose places must be free before the start. */
  get hosts(): Host[] {
    return this.#waves.flat().map(component => component.host)
  }

  /** Follows starts, ends and resets, step by step. @returns how to stop following */
  onProgress(follow: (progress: Progress) => void): () => void {
    return this.#steps.follow(follow)
  }

  async startAll(): Promise<void> {
    this.#steps.begin(this.#wanted.length)
    await this.#startWaves()
  }

  get #wanted(): Component[] {
    return this.#waves.flat().filter(component => !component.onRequest)
  }

  async #startWaves(): Promise<void> {
    layZones(join(this.#config.folder, 'zones'), this.#config.prefix, this.#report)
    for (const wave of this.#waves) {
      if (this.#stopping) return
      await Promise.all(
        wave
          .filter(({ onRequest, host }) => !onRequest && !this.#running.has(host.name))
          .map(async component => {
            await this.#start(component)
            this.#steps.done(`+ ${component.host.name}`)
          }),
      )
    }
  }

  /** Ends everything, last wave first; nothing can be started afterwards. Safe to call at any moment of a start or a reset. */
  async stopAll(): Promise<void> {
    this.#ended = true
    this.#steps.begin(this.#children.size)
    await this.#endAll()
  }

  /** @param stays the names of components that go on */
  async #endAll(stays: readonly string[] = []): Promise<void> {
    this.#stopping = true
    const ending = () => [...this.#children].filter(child => !stays.includes(child.name))
    for (const wave of this.#waves.toReversed()) {
      const names = wave.map(component => component.host.name)
      await Promise.all(
        ending()
          .filter(child => names.includes(child.name))
          .map(child => this.#end(child)),
      )
    }
    while (ending().length > 0 || this.#starts.size > 0) {
      await Promise.all(ending().map(child => this.#end(child)))
      await Promise.allSettled(this.#starts)
    }
  }

  async #end(child: Child): Promise<void> {
    await child.stop()
    this.#steps.done(`- ${child.name}`)
  }

  async startOne(name: string): Promise<void> {
    const component = this.#component(name)
    if (this.#stopping)
      throw new CommandError(
        'tudo está sendo desligado; tente daqui a pouco · everything is being stopped; try again in a moment',
      )
    if (this.#states.get(name)?.state === 'running')
      throw new CommandError(`${name} já está ligado · is running already`)
    if (this.#states.get(name)?.state === 'paused')
      throw new CommandError(`${name} está pausado · is paused: npm run lab -- resume ${name}`)
    if (this.#states.get(name)?.state === 'starting')
      throw new CommandError(`${name} já está sendo ligado · is being started already`)
    await this.#start(component)
  }

  /** SIGKILL, as if the power were cut. */
  async stopOne(name: string): Promise<void> {
    this.#component(name)
    const child = this.#running.get(name)
    if (this.#states.get(name)?.state === 'starting')
      throw new CommandError(`${name} ainda está sendo ligado · is still being started`)
    if (!child) throw new CommandError(`${name} não está ligado · is not running: npm run lab -- start ${name}`)
    this.#note(name, 'stopped')
    await child.kill()
    this.#report(`- ${name} desligado · switched off`)
  }

  /** SIGSTOP: connections stay open and are still accepted by the kernel, but nothing is answered. */
  pauseOne(name: string): void {
    const child = this.#runningChild(name, 'running')
    child.signal('SIGSTOP')
    this.#note(name, 'paused')
    this.#report(`- ${name} pausado · paused`)
  }

  resumeOne(name: string): void {
    const child = this.#runningChild(name, 'paused')
    child.signal('SIGCONT')
    this.#note(name, 'running')
    this.#report(`+ ${name} continua · resumed`)
  }

  /** @throws CommandError when the component is not in that state */
  #runningChild(name: string, wanted: 'running' | 'paused'): Child {
    this.#component(name)
    const child = this.#running.get(name)
    if (child !== undefined && this.#states.get(name)?.state === wanted) return child
    throw new CommandError(
      wanted === 'running'
        ? `${name} não está ligado · is not running: npm run lab -- start ${name}`
        : `${name} não está pausado · is not paused`,
    )
  }

  /** The initial state: zones, users and sessions of the repository, every component running but those on request. */
  async reset(): Promise<void> {
    if (this.#stopping || this.#starts.size > 0)
      throw new CommandError(
        'agora não: o laboratório está sendo ligado ou desligado · not now: the lab is being started or stopped',
      )
    const stays = this.#waves
      .flat()
      .flatMap(({ staysOnReset, host: { name } }) => (staysOnReset && this.#running.has(name) ? [name] : []))
    this.#steps.begin(this.#children.size - stays.length + this.#wanted.length - stays.length)
    await this.#endAll(stays)
    if (this.#ended) return
    this.#stopping = false
    for (const name of this.#states.keys()) if (!stays.includes(name)) this.#states.delete(name)
    wipe(this.#config.folder)
    await this.#startWaves()
    this.#report('- de volta ao estado inicial · back in the initial state')
  }

  status(): ComponentStatus[] {
    return this.#waves.flat().map(({ host: { name, address, port }, title }) => {
      const { state, since } = this.#states.get(name) ?? { state: 'stopped' as const, since: 0 }
      const child = this.#running.get(name)
      return { name, title, address, port, state, since, ...(child ? { pid: child.pid } : {}) }
    })
  }

  async #start(component: Component): Promise<void> {
    const start = this.#startNow(component)
    this.#starts.add(start)
    try {
      await start
    } finally {
      this.#starts.delete(start)
    }
  }

  async #startNow(component: Component): Promise<void> {
    const { name } = component.host
    const started = performance.now()
    this.#note(name, 'starting')
    try {
      const child = await startComponent(component, this.#config.folder, {
        onChild: child => this.#adopt(child),
        report: this.#report,
      })
      if (!child.running)
        throw new ChildFailure(
          `${name} terminou logo depois de ficar pronto · ended as soon as it was ready: ${child.why()}`,
        )
      this.#running.set(name, child)
      this.#note(name, 'running')
      const seconds = ((performance.now() - started) / 1000).toFixed(1)
      this.#report(`+ ${name.padEnd(10)} ${`${component.host.address}:${component.host.port}`.padEnd(18)} ${seconds} s`)
    } catch (error) {
      this.#note(name, 'died')
      throw error
    }
  }

  #adopt(child: Child): void {
    this.#children.add(child)
    if (this.#stopping) child.signal('SIGTERM')
    child.ended.then(how => {
      this.#children.delete(child)
      if (this.#running.get(child.name) !== child) return
      this.#running.delete(child.name)
      if (this.#stopping || this.#states.get(child.name)?.state === 'stopped') return
      this.#note(child.name, 'died')
      const words = typeof how === 'number' ? `: ${child.lastWords()}` : ''
      this.#report(`! ${child.name} morreu · died (${how})${words}  —  npm run lab -- start ${child.name}`)
    })
  }

  #component(name: string): Component {
    const component = this.#waves.flat().find(component => component.host.name === name)
    if (component) return component
    const applications = applicationsOf(this.map).map(row => row.name)
    const names = [...this.#waves.flat().map(component => component.host.name), ...applications]
    throw new CommandError(
      `${JSON.stringify(name)} não existe; existem · there is no such component; there are: ${names.join(', ')}`,
    )
  }

  #note(name: string, state: ComponentState): void {
    this.#states.set(name, { state, since: Date.now() })
  }
}
