/**
 * A cluster: a named group of backends that can answer the same requests, with everything that decides which of them does:
 * balancer, health checks, bans, retry budget, and the connections to each.
 *
 * Read beside: ../balance/ (the decisions), pool.ts (connections), ../exchange/exchange.ts (which uses it), ../gateway/ (which request
 *   belongs to which cluster), Envoy's documentation, "cluster"
 * Touches the world: through its checks and connections.
 */
import type { CheckSettings } from '#shared/check-settings.ts'
import type { Clock } from '#shared/clock.ts'
import type { Events } from '#shared/events.ts'
import type { Log } from '#shared/log.ts'
import { isAbsent } from '../balance/availability.ts'
import { Backend, type BackendAddress } from '../balance/backend.ts'
import { type Algorithm, Balancer } from '../balance/balancer.ts'
import { type CheckListener, type ClusterChecks, HealthChecks, type HealthTransition } from '../balance/check.ts'
import { RetryBudget } from '../balance/retry.ts'
import { Deadlines } from '../deadlines.ts'
import type { Upstream } from '../exchange/neighbours.ts'
import type { PendingLink, UpstreamConnection, UpstreamUser } from './connection.ts'
import { UpstreamPool } from './pool.ts'

/** Requests that wait at the same time until a backend is there. */
const MAX_HELD = 1_000

export interface ClusterOptions {
  /** `www`: in logs, events and /status. */
  readonly name: string
  readonly algorithm: Algorithm
  /** Statuses of a response for which another backend is asked instead, where that is safe. */
  readonly retryStatuses: readonly number[]
  /** The source address of connections to backends: they trust the edges of the map only. Undefined: the system's choice. */
  readonly localAddress?: string
  /** How long a connection to a backend may be idle, in milliseconds. */
  readonly upstreamIdle: number
  /** Connections to one backend at the same time; the default is in pool.ts. */
  readonly maxOpen?: number
  readonly checks: CheckSettings
  /** Health checks of another kind, for the cluster of this name; by default it checks its backends itself. */
  readonly createChecks?: (cluster: string, listener: CheckListener) => ClusterChecks
  /** The command that starts its servers, for the cluster of an application. */
  readonly startedBy?: string
  readonly clock: Clock
  readonly events: Events
  readonly log: Log
}

export class Cluster implements Upstream {
  readonly name: string
  readonly balancer: Balancer
  readonly retryBudget = new RetryBudget()
  readonly retryStatuses: readonly number[]
  readonly #options: ClusterOptions
  readonly #deadlines: Deadlines
  readonly #checks: ClusterChecks
  /** Requests that wait until a backend is there. */
  readonly #held = new Set<() => void>()
  /** Weak, so that a backend that was removed is forgotten after its last exchange. */
  readonly #pools = new WeakMap<Backend, UpstreamPool>()

  constructor(options: ClusterOptions) {
    const { name, algorithm, retryStatuses, checks, clock } = options
    const { createChecks = (_, listener) => new HealthChecks(clock, checks, listener) } = options
    this.name = name
    this.balancer = new Balancer([], algorithm)
    this.retryStatuses = retryStatuses
    this.#options = options
    this.#deadlines = new Deadlines(clock)
    this.#checks = createChecks(name, {
      transition: transition => this.#report(transition),
      passed: () => this.#wake(),
    })
  }

  /** How its backends are checked. */
  get checks(): CheckSettings {
    return this.#options.checks
  }

  get backends(): readonly Backend[] {
    return this.balancer.backends
  }

  get startedBy(): string | undefined {
    const { startedBy } = this.#options
    return startedBy !== undefined && this.backends.every(isAbsent) ? startedBy : undefined
  }

  /**
   * Replaces the list of backends. One that was in the list before keeps its history; a new one gets requests once it has
   * passed a check; one that was removed finishes the exchanges that have begun. @returns when the new ones have been checked
   */
  async setBackends(addresses: readonly BackendAddress[]): Promise<void> {
    const before = this.backends
    const backends = addresses.map(address => before.find(backend => backend.is(address)) ?? new Backend(address))
    const added = backends.filter(backend => !before.includes(backend))
    const removed = before.filter(backend => !backends.includes(backend))
    if (added.length === 0 && removed.length === 0) return
    for (const backend of added) {
      this.#pools.set(backend, new UpstreamPool(backend, { ...this.#options, deadlines: this.#deadlines }))
    }
    this.balancer.backends = backends
    for (const backend of removed) {
      await this.#checks.unwatch(backend)
      this.poolOf(backend).close()
    }
    await Promise.all(added.map(backend => this.#checks.watch(backend)))
  }

  // ── for an exchange ─────────────────────────────────────────────────────────────────────────────────────────────

  reuse(backend: Backend, user: UpstreamUser, within: number): UpstreamConnection | undefined {
    return this.poolOf(backend).reuse(user, within)
  }

  connect(backend: Backend, user: UpstreamUser, counted: boolean): PendingLink {
    return this.poolOf(backend).connect(user, counted)
  }

  release(connection: UpstreamConnection): void {
    this.poolOf(connection.backend).release(connection)
  }

  discount(connection: UpstreamConnection): void {
    this.poolOf(connection.backend).discount(connection)
  }

  reportFailure(backend: Backend): void {
    backend.failures++
    this.#checks.reportFailure(backend)
  }

  checkSoon(backend: Backend): void {
    this.#checks.hurry(backend)
  }

  hold(retry: () => void): (() => void) | undefined {
    if (this.#held.size >= MAX_HELD) return undefined
    this.#held.add(retry)
    return () => this.#held.delete(retry)
  }

  /** A backend answers again, or still: those that wait try it. */
  #wake(): void {
    const held = [...this.#held]
    this.#held.clear()
    for (const retry of held) retry()
  }

  // ── for people, and for the end ─────────────────────────────────────────────────────────────────────────────────

  /** The connections to a backend; also to one that was removed and still has exchanges. */
  poolOf(backend: Backend): UpstreamPool {
    return this.#pools.get(backend) as UpstreamPool
  }

  /** After a change of its mode by people: what was found before may be out of date. */
  recheck(backend: Backend): void {
    this.#checks.hurry(backend)
    if (backend.mode === 'maintenance') this.poolOf(backend).close()
  }

  #report({ backend, available, check }: HealthTransition): void {
    const { log, events } = this.#options
    log[available ? 'info' : 'warn'](`${backend.name} is ${available ? 'up' : 'down'}`, { check })
    events.publish('edge.health', () => ({ backend: backend.name, available, check }))
    if (!available) this.#pools.get(backend)?.close()
  }

  /** Stops the checks and closes idle connections. */
  async close(): Promise<void> {
    await this.#checks.stop()
    for (const backend of this.backends) this.poolOf(backend).close()
    this.#deadlines.stop()
  }
}
