/**
 * Backends from DNS: a name is queried again each time its TTL has passed, and each address in the answer is a backend.
 *
 *     query A ──► new addresses: query PTR ──► set the backends ──► wait for the TTL ──► query A …
 *        └────── no answer: keep the present backends, query again soon
 *
 * A new record adds a backend; a removed record removes it, and its open exchanges finish.
 *
 * Read beside: backends.ts (from records to backends), resolver.ts (the queries), ../upstream/cluster.ts `setBackends`,
 *   RFC 1035 §3.2.1 (TTL), RFC 2181 §8
 * Touches the world: through the resolver.
 */
import type { Clock } from '#shared/clock.ts'
import type { Events } from '#shared/events.ts'
import { describeError, type Log } from '#shared/log.ts'
import type { BackendAddress } from '../balance/backend.ts'
import { backendsFrom, type DiscoveredAddress } from './backends.ts'
import { LabResolver } from './resolver.ts'

export interface DiscoverySettings {
  /** `backends.meutrabalho.com.br` */
  readonly name: string
  /** The port of every backend: A records have none. */
  readonly port: number
  /** The DNS servers, `address:port`. */
  readonly servers: readonly string[]
}

export interface DiscoveryOptions extends DiscoverySettings {
  /** Called with every list that differs from the one before. @returns when the new backends have been checked */
  readonly setBackends: (backends: readonly BackendAddress[]) => Promise<void>
  readonly clock: Clock
  readonly events: Events
  readonly log: Log
}

/** In seconds. A TTL of 0 must not cause a flood of queries, and one of a week must not hide a change for a week. */
const SHORTEST_WAIT = 1
const LONGEST_WAIT = 300
/** In seconds: after no answer, and after an empty answer, whose TTL c-ares does not return. */
const RETRY = 2

export class Discovery {
  readonly #options: DiscoveryOptions
  readonly #resolver: LabResolver
  readonly #names = new Map<string, string>()
  #known: readonly BackendAddress[] | undefined
  #trouble: string | undefined
  #timer: { cancel(): void } | undefined
  #stopped = false

  constructor(options: DiscoveryOptions) {
    this.#options = options
    this.#resolver = new LabResolver(options.servers)
  }

  /** Queries once, and from then on after each TTL. @returns when the first query is done, with or without an answer */
  async start(): Promise<void> {
    await this.#update()
  }

  stop(): void {
    this.#stopped = true
    this.#timer?.cancel()
    this.#resolver.cancel()
  }

  /** Whether there has been no answer yet. */
  get silent(): boolean {
    return this.#known === undefined
  }

  /** For people. */
  get status(): Record<string, unknown> {
    const { name, servers } = this.#options
    return { name, servers, trouble: this.#trouble ?? null }
  }

  async #update(): Promise<void> {
    const answer = await this.#query()
    if (this.#stopped) return
    if (answer !== undefined) await this.#apply(answer.backends)
    if (this.#stopped) return
    const wait = answer?.wait ?? RETRY
    this.#timer = this.#options.clock.after(wait * 1000, () => void this.#update())
  }

  /** @returns undefined when there is no answer */
  async #query(): Promise<{ backends: readonly BackendAddress[]; wait: number } | undefined> {
    const { name, port, log } = this.#options
    try {
      const records = await this.#resolver.addressesOf(name)
      const found = await Promise.all(records.map(({ address }) => this.#named(address)))
      if (this.#trouble !== undefined) log.info('DNS answers again', { name })
      this.#trouble = undefined
      const ttl = records.length === 0 ? RETRY : Math.min(...records.map(({ ttl }) => ttl))
      return { backends: backendsFrom(found, port), wait: Math.min(Math.max(ttl, SHORTEST_WAIT), LONGEST_WAIT) }
    } catch (error) {
      if (this.#stopped) return undefined
      const why = describeError(error)
      if (this.#trouble === undefined) log.warn('no answer from DNS; the backends stay as they are', { name, why })
      this.#trouble = why
      return undefined
    }
  }

  /** The name of an address is queried once, when the address is new: the reverse zone seldom changes. */
  async #named(address: string): Promise<DiscoveredAddress> {
    const hostname = this.#names.get(address) ?? (await this.#resolver.nameOf(address))
    if (hostname !== undefined) this.#names.set(address, hostname)
    return { address, hostname }
  }

  async #apply(backends: readonly BackendAddress[]): Promise<void> {
    const { name, log, events, setBackends } = this.#options
    const before = this.#known ?? []
    const added = backends.filter(backend => !before.some(other => isSame(other, backend)))
    const removed = before.filter(backend => !backends.some(other => isSame(other, backend)))
    for (const { address } of removed) this.#names.delete(address)
    const first = this.#known === undefined
    this.#known = backends
    if (added.length === 0 && removed.length === 0 && !first) return
    const changes = { name, added: added.map(describe), removed: removed.map(describe) }
    log.info('backends from DNS', changes)
    for (const { name, address } of added) {
      if (name.includes(':'))
        log.warn('this address has no PTR record of its own, so the name of its backend is not known', { address })
    }
    events.publish('edge.discovery', () => ({ ...changes, backends: backends.map(describe) }))
    await setBackends(backends)
  }
}

function isSame(a: BackendAddress, b: BackendAddress): boolean {
  return a.name === b.name && a.address === b.address
}

function describe({ name, address }: BackendAddress): string {
  return `${name}=${address}`
}
