/**
 * A backend as the edge sees it: where it is, how it feels, and what it has been asked so far.
 *
 * Read beside: availability.ts, shared/health.ts, ban.ts, balancer.ts, ../upstream/pool.ts
 * Pure: a record; others change it.
 */
import { type Health, UNKNOWN } from '#shared/health.ts'
import type { Mode } from './availability.ts'
import { type Ban, NOT_BANNED } from './ban.ts'

export interface BackendAddress {
  /** `backend2`: what X-Served-By says, and what the backend's own /healthz must say. */
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
  /** Whether somebody else answered in its place. */
  readonly stranger: boolean
}

export class Backend implements BackendAddress {
  readonly name: string
  readonly address: string
  readonly port: number
  weight: number
  /** What it calls itself before people: `Servidor 2`. Its own /healthz says so; its name until then. */
  label: string
  /** What people decided. */
  mode: Mode = 'ready'
  /** What active checks found. */
  health: Health = UNKNOWN
  /** Its /healthz says 503 under its own name: it is about to stop, and wants nothing new. */
  leaving = false
  lastCheck: LastCheck | undefined
  nextCheckAt: number | undefined
  /** What requests found. */
  ban: Ban = NOT_BANNED

  /** Exchanges under way. */
  active = 0
  requests = 0
  /** Attempts that went on to another backend. */
  retries = 0
  /** Attempts that failed on the way there or back. */
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
