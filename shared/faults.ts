/**
 * The faults in force in one process, and which of them a request meets.
 *
 * Where a fault takes effect is a small file in each program: dns-server/server/faults.ts, edge-proxy/downstream/faults.ts,
 * backend/http/faults.ts.
 *
 * Read beside: fault-body.ts (how a fault is described), admin.ts (who may call the routes), docs/security.md
 * Pure: bodies, requests, a clock and random numbers in; faults out.
 */
import { AdminError, type AdminRoute } from './admin.ts'
import type { Clock } from './clock.ts'
import type { Fault } from './fault.ts'
import { type FaultVocabulary, readFault } from './fault-body.ts'

/** What a fault can be limited to. */
export interface FaultCandidate {
  /** The path without its query, or the name. */
  readonly target: string
  /** Addresses from which the request came: at a backend, those of the client and of the frontend. */
  readonly clients: readonly string[]
  /** Whether it came in a datagram: there is no connection that could be reset. */
  readonly datagram?: boolean
}

const MAX_FAULTS = 20

/**
 * Whether a request meets a fault.
 *
 * @param chance a random number from 0 (included) to 1 (excluded), compared with the fault's share
 */
export function meets(fault: Fault, { target, clients, datagram }: FaultCandidate, chance: number): boolean {
  if (fault.kind === 'reset' && datagram) return false
  if (fault.client !== undefined && !clients.includes(fault.client)) return false
  const pattern = fault.path ?? fault.name
  if (pattern !== undefined && !matches(pattern, target)) return false
  return chance < fault.share
}

function matches(pattern: string, target: string): boolean {
  const [begin = '', end] = pattern.split('*')
  if (end === undefined) return target === pattern
  return target.length >= begin.length + end.length && target.startsWith(begin) && target.endsWith(end)
}

export interface FaultsOptions {
  readonly vocabulary: FaultVocabulary
  /** Whether `POST /faults` may be used: LAB_FAULTS. */
  readonly allowed: boolean
  readonly clock: Clock
  /** A random number from 0 (included) to 1 (excluded). */
  readonly random?: () => number
}

/** The faults in force in one process. */
export class Faults {
  /** Whether there is any fault. It is all that a request looks at while there is none. */
  inForce = false
  list: readonly Fault[] = []
  readonly #options: FaultsOptions
  readonly #random: () => number
  readonly #listeners: (() => unknown)[] = []
  /** For each request that hangs, what closes its connection. */
  readonly #hanging = new Set<() => void>()
  #timer: { cancel(): void } | undefined

  constructor(options: FaultsOptions) {
    this.#options = options
    this.#random = options.random ?? Math.random
  }

  /** Calls back after each change of the list. `POST /faults` is answered when the promises that listeners return are fulfilled. */
  onChange(listener: () => unknown): void {
    this.#listeners.push(listener)
  }

  /** Whether the port has to be closed. */
  get refuses(): boolean {
    return this.list.some(({ kind }) => kind === 'refuse')
  }

  /** The first fault in force that this request meets. */
  metBy(request: FaultCandidate): Fault | undefined {
    const { normal } = this.#options.vocabulary
    const candidate = { ...request, target: normal(request.target) }
    return this.list.find(fault => fault.kind !== 'refuse' && meets(fault, candidate, this.#random()))
  }

  /**
   * Keeps a request that hangs. Its connection is closed when the faults of this kind end, so that none is left behind.
   *
   * @param close  closes the connection
   * @returns a function to call when the connection has closed for another reason
   */
  hang(close: () => void): () => void {
    this.#hanging.add(close)
    return () => this.#hanging.delete(close)
  }

  /** All faults end. */
  clear(): void {
    if (this.inForce) void this.#set([])
  }

  /** These faults are in force from now on. @returns when the listeners of {@link onChange} have finished */
  replace(faults: readonly Fault[]): Promise<void> {
    return this.#set(faults)
  }

  /** The routes of the admin endpoint. @throws AdminError as {@link readFault} does, 403 without LAB_FAULTS, 409 for too many faults */
  get routes(): Record<string, AdminRoute> {
    return {
      'GET /faults': () => ({ allowed: this.#options.allowed, faults: this.list }),
      'POST /faults': body => {
        if (!this.#options.allowed) {
          throw new AdminError(403, 'as falhas estão desativadas · faults are switched off (LAB_FAULTS=0)')
        }
        const fault = readFault(body, this.#options.vocabulary, this.#options.clock.epoch())
        return this.#set(fault === 'none' ? [] : this.#with(fault)).then(() => ({ faults: this.list }))
      },
    }
  }

  /** A fault replaces the one of the same kind for the same requests. */
  #with(fault: Fault): Fault[] {
    const others = this.list.filter(
      ({ kind, path, name, client }) =>
        kind !== fault.kind || path !== fault.path || name !== fault.name || client !== fault.client,
    )
    if (others.length >= MAX_FAULTS) {
      throw new AdminError(
        409,
        `já há ${MAX_FAULTS} falhas, o máximo; {"kind": "none"} encerra todas · ` +
          `there are ${MAX_FAULTS} faults, which is the limit; {"kind": "none"} ends all of them`,
      )
    }
    return [...others, fault]
  }

  async #set(faults: readonly Fault[]): Promise<void> {
    const { clock } = this.#options
    this.list = faults
    this.inForce = faults.length > 0
    this.#timer?.cancel()
    const ends = faults.flatMap(({ until }) => until ?? [])
    this.#timer =
      ends.length === 0 ? undefined : clock.after(Math.max(0, Math.min(...ends) - clock.epoch()), () => this.#expire())
    if (!faults.some(({ kind }) => kind === 'hang')) {
      for (const close of this.#hanging) close()
      this.#hanging.clear()
    }
    await Promise.all(this.#listeners.map(listener => listener()))
  }

  #expire(): void {
    const now = this.#options.clock.epoch()
    void this.#set(this.list.filter(({ until = Number.POSITIVE_INFINITY }) => until > now))
  }
}
