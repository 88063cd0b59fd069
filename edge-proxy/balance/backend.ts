/**
 * A backend as the edge sees it: its address, its state, and the numbers of its requests so far.
 *
 * Read beside: availability.ts, shared/health.ts, ban.ts, balancer.ts, ../upstream/pool.ts
 * Pure: a record that checks, exchanges and switches change.
 */
import { type Health, UNKNOWN } from '#shared/health.ts'
import { type Ban, NOT_BANNED } from './ban.ts'

/**
 * What people set, as in HAProxy. `drain`: finish open exchanges and keep the sessions that stick to it, but get no new ones.
 * `maintenance`: no requests at all, and no checks.
 */
export type Mode = 'ready' | 'drain' | 'maintenance'

export const MODES: readonly Mode[] = ['ready', 'drain', 'maintenance']

export interface BackendAddress {
  /** `backend2`: in X-Served-By, and the name that the backend's own /healthz must give. */
  readonly name: string
  readonly address: string
  readonly port: number
  /** 1…100: its share of the requests, relative to the others'. */
  readonly weight: number
}

/** The last active check, in HAProxy's vocabulary: `L7OK 200 in 3 ms`, `L4CON refused`. */
export interface LastCheck {
  readonly passed: boolean
  readonly text: string
  /** Milliseconds on the clock's `now()`. */
  readonly at: number
  /** Checks in a row with this outcome, from 1. */
  readonly streak: number
  /** Whether a program with another name answered at its address. */
  readonly stranger: boolean
}

export class Backend implements BackendAddress {
  readonly name: string
  readonly address: string
  readonly port: number
  weight: number
  /** Its name for people, `Servidor 2`, from its own /healthz; until then the same as `name`. */
  label: string
  /** What people set. */
  mode: Mode = 'ready'
  /** What active checks found. */
  health: Health = UNKNOWN
  /** Its /healthz says 503 under its own name: it is about to stop, and must get no new requests. */
  leaving = false
  lastCheck: LastCheck | undefined
  nextCheckAt: number | undefined
  /** What requests found. */
  ban: Ban = NOT_BANNED

  /** Open exchanges. */
  active = 0
  requests = 0
  /** Attempts that went on to another backend. */
  retries = 0
  /** Attempts without a complete response. */
  failures = 0
  /** Responses by class: 2 counts those with a status from 200 to 299. */
  readonly responses = { 1: 0, 2: 0, 3: 0, 4: 0, 5: 0 }

  constructor({ name, address, port, weight }: BackendAddress) {
    this.name = name
    this.address = address
    this.port = port
    this.weight = weight
    this.label = name
  }

  /** Whether this is the backend of that name at that place; its weight may have changed. */
  is({ name, address, port }: BackendAddress): boolean {
    return this.name === name && this.address === address && this.port === port
  }

  countResponse(status: number): void {
    this.responses[Math.floor(status / 100) as 1 | 2 | 3 | 4 | 5]++
  }

  get authority(): string {
    return `${this.address}:${this.port}`
  }
}
