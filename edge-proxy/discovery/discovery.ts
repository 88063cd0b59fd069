/**
 * Backends from DNS: a name is asked for, again and again as its TTL runs out, and who is in the answer is a backend.
 *
 *     ask A ──► new addresses: ask PTR ──► tell the edge ──► wait for the TTL ──► ask A …
 *       └────── silence: keep what is known, ask again soon
 *
 * To add a backend is to add a record; to take it out is to remove it, and what it has begun it may finish.
 *
 * Read beside: backends.ts (from records to backends), resolver.ts (who is asked), ../edge.ts `setBackends`,
 *   RFC 1035 §3.2.1 (TTL), RFC 2181 §8
 * Touches the world: through the resolver.
 */
import type { Clock } from '#shared/clock.ts'
import type { Events } from '#shared/events.ts'
import { describeError, type Log } from '#shared/log.ts'
import type { BackendAddress } from '../balance/backend.ts'
import { backendsFrom, type Found } from './backends.ts'
import { LabResolver } from './resolver.ts'

export interface DiscoverySettings {
  /** `backends.meutrabalho.com.br` */
  readonly name: string
  /** Of every backend: A records have none. */
  readonly port: number
  /** The DNS servers, `address:port`. */
  readonly servers: readonly string[]
}

export interface DiscoveryOptions extends DiscoverySettings {
  /** Told of every list that differs from the one before. @returns when the new ones may get traffic, or have failed to */
  readonly setBackends: (backends: readonly BackendAddress[]) => Promise<void>
  readonly clock: Clock
  readonly events: Events
  readonly log: Log
}

/** In seconds. A TTL of 0 must not become a flood of questions, and one of a week must not become deafness. */
const SHORTEST_WAIT = 1
const LONGEST_WAIT = 300
/** After silence, and after "there are none", which has no TTL of its own here. */
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

  /** Looks once, and from then on as often as the TTL says. @returns when the first look is done, whatever came of it */
  async start(): Promise<void> {
    await this.#look()
  }

  stop(): void {
    this.#stopped = true
    this.#timer?.cancel()
    this.#resolver.cancel()
  }

  /** Whether DNS has not said anything yet. */
  get silent(): boolean {
    return this.#known === undefined
  }

  /** For people. */
  get status(): Record<string, unknown> {
    const { name, servers } = this.#options
    return { name, servers, trouble: this.#trouble ?? null }
  }

  async #look(): Promise<void> {
    const answer = await this.#ask()
    if (this.#stopped) return
    if (answer !== undefined) await this.#take(answer.backends)
    if (this.#stopped) return
    const wait = answer?.wait ?? RETRY
    this.#timer = this.#options.clock.after(wait * 1000, () => void this.#look())
  }

  /** @returns undefined when DNS is silent */
  async #ask(): Promise<{ backends: readonly BackendAddress[]; wait: number } | undefined> {
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
      if (this.#trouble === undefined) log.warn('DNS is silent; the backends stay as they are', { name, why })
      this.#trouble = why
      return undefined
    }
  }

  /** A name is asked for once, when its address is new: the reverse zone seldom changes. */
  async #named(address: string): Promise<Found> {
    const hostname = this.#names.get(address) ?? (await this.#resolver.nameOf(address))
    if (hostname !== undefined) this.#names.set(address, hostname)
    return { address, hostname }
  }

  async #take(backends: readonly BackendAddress[]): Promise<void> {
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
        log.warn('it has no PTR record of its own, so nobody knows who should answer there', { address })
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
