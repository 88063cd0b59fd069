/**
 * A client that sends too many requests gets 429: one token bucket for each client address, and a smaller one for attempts to
 * log in.
 *
 * The limits are for the lab as a whole. Each edge enforces its share and does not ask the others: DNS round robin spreads a
 * client over all edges, so it gets the whole limit; a client that uses one edge only gets a third.
 *
 * Read beside: token-bucket.ts, ../answerers.ts (where it plugs in), RFC 6585 §4 (429), RFC 9110 §10.2.3 (Retry-After),
 *   docs/decisions.md ("RATE_LIMIT")
 * Pure: keeps the buckets; the time comes in.
 */
import { isOwnAddress } from '#shared/own-address.ts'
import { type LocalResponse, problemResponse } from '../downstream/local-response.ts'
import type { RequestHead } from '../http1/request-head.ts'
import { type Bucket, fullBucket, type Rate, takeToken } from './token-bucket.ts'

/** `others`: all clients except loopback and the lab's own addresses, from which a class works and measures. */
export const SCOPES = ['others', 'everyone', 'nobody'] as const
export type Scope = (typeof SCOPES)[number]

export interface LimitSettings {
  readonly scope: Scope
  /** All requests of one client, to the lab as a whole. Opening the page takes 20, and a browser stays with one edge. */
  readonly requests: Rate
  /** `POST /login` of one client. Each costs a backend 30 ms of hashing, and may be a guess. */
  readonly logins: Rate
}

export const DEFAULT_LIMITS: LimitSettings = {
  scope: 'others',
  requests: { perSecond: 60, burst: 300 },
  logins: { perSecond: 0.5, burst: 15 },
}

/** What limits are called in an answer: all requests of a client, and its attempts to log in. */
export type LimitRule = 'requests' | 'logins'

/** The buckets of one rule, by client address. */
export interface ClientBuckets {
  readonly rate: Rate
  /** Clients that are remembered now. */
  readonly size: number
  /** Takes a token from the client's bucket. @returns 0, or how many milliseconds the client has to wait */
  take(address: string, now: number): number
  /** Deletes the counts. */
  clear(): void
}

export type CreateBuckets = (rule: LimitRule, rate: Rate) => ClientBuckets

/** The limit of clients in each of the two tables. Beyond it, the client that was silent longest is deleted. */
const MAX_CLIENTS = 10_000

export interface LimitExceeded {
  readonly rule: LimitRule
  /** What this edge allows: its share. */
  readonly rate: Rate
  /** Whole seconds, at least 1: the value of Retry-After. */
  readonly retryAfter: number
}

export class RateLimits {
  refused = 0
  readonly #share: number
  readonly #labPrefix: string
  readonly #createBuckets: CreateBuckets
  #tables: LimitTables

  /**
   * @param edges     how many edges share the limits, at least 1
   * @param labPrefix the first three octets of the lab's addresses: `127.20.0`
   * @param createBuckets where tokens are counted; by default in the memory of this thread
   */
  constructor(
    settings: LimitSettings,
    edges: number,
    labPrefix: string,
    createBuckets: CreateBuckets = (_, rate) => new OwnBuckets(rate),
  ) {
    this.#share = 1 / edges
    this.#labPrefix = labPrefix
    this.#createBuckets = createBuckets
    this.#tables = this.#tablesFor(settings)
  }

  get settings(): LimitSettings {
    return this.#tables.settings
  }

  /** Other limits from now on; the counts are deleted. */
  set settings(settings: LimitSettings) {
    this.#tables = this.#tablesFor(settings)
    this.#tables.requests.clear()
    this.#tables.logins.clear()
  }

  /** Clients that are remembered now. */
  get clients(): number {
    return this.#tables.requests.size
  }

  /** Counts a request. @returns undefined while the client is within its limits */
  check(
    address: string,
    { method, path }: Pick<RequestHead, 'method' | 'path'>,
    now: number,
  ): LimitExceeded | undefined {
    const { settings, requests, logins } = this.#tables
    const { scope } = settings
    if (scope === 'nobody' || (scope === 'others' && this.#isOurs(address))) return undefined
    const exceeded = this.#count(requests, 'requests', address, now)
    if (exceeded !== undefined || method !== 'POST' || !isLogin(path)) return exceeded
    return this.#count(logins, 'logins', address, now)
  }

  #count(buckets: ClientBuckets, rule: LimitRule, address: string, now: number): LimitExceeded | undefined {
    const waitMs = buckets.take(address, now)
    if (waitMs === 0) return undefined
    this.refused++
    return { rule, rate: buckets.rate, retryAfter: Math.max(1, Math.ceil(waitMs / 1000)) }
  }

  #tablesFor(settings: LimitSettings): LimitTables {
    return {
      settings,
      requests: this.#createBuckets('requests', shareOf(settings.requests, this.#share)),
      logins: this.#createBuckets('logins', shareOf(settings.logins, this.#share)),
    }
  }

  #isOurs(address: string): boolean {
    return isOwnAddress(address, this.#labPrefix)
  }
}

interface LimitTables {
  readonly settings: LimitSettings
  readonly requests: ClientBuckets
  readonly logins: ClientBuckets
}

/** Buckets in the memory of this thread. A `Map` keeps the order of insertion, so its first entry is the one not used for longest. */
class OwnBuckets implements ClientBuckets {
  readonly rate: Rate
  readonly #buckets = new Map<string, Bucket>()

  constructor(rate: Rate) {
    this.rate = rate
  }

  get size(): number {
    return this.#buckets.size
  }

  clear(): void {
    this.#buckets.clear()
  }

  take(address: string, now: number): number {
    const known = this.#buckets.get(address)
    const { bucket, waitMs } = takeToken(known ?? fullBucket(this.rate, now), this.rate, now)
    if (known !== undefined) this.#buckets.delete(address)
    else if (this.#buckets.size >= MAX_CLIENTS) this.#forgetOldest()
    this.#buckets.set(address, bucket)
    return waitMs
  }

  #forgetOldest(): void {
    const oldest = this.#buckets.keys().next().value
    if (oldest !== undefined) this.#buckets.delete(oldest)
  }
}

function shareOf({ perSecond, burst }: Rate, share: number): Rate {
  return { perSecond: perSecond * share, burst: Math.max(1, Math.ceil(burst * share)) }
}

/** The path as backends compare it: exactly, without the query. */
function isLogin(path: string): boolean {
  return /^(?:\/auth)?\/login(?:\?|$)/.test(path)
}

/** The answerer of the limits. @param now on the clock's `now()`, in milliseconds */
export function answerLimited(
  limits: RateLimits,
  clientAddress: string,
  head: Pick<RequestHead, 'method' | 'path'>,
  now: number,
): LocalResponse | undefined {
  const exceeded = limits.check(clientAddress, head, now)
  return exceeded && tooManyRequests(exceeded)
}

/** RFC 6585 §4: 429, an explanation, and Retry-After. */
function tooManyRequests({ rule, rate, retryAfter }: LimitExceeded): LocalResponse {
  const what = rule === 'logins' ? 'attempts to log in' : 'requests'
  const detail =
    `too many ${what} from this address: this edge allows ${rate.burst} at once and ${perMinute(rate.perSecond)} a minute` +
    `; please wait ${retryAfter} s`
  const members = { side: 'client', rule: 'RFC 6585 §4', limit: rule, retryAfter }
  return problemResponse(429, detail, members, [['Retry-After', String(retryAfter)]])
}

function perMinute(perSecond: number): string {
  return String(Math.round(perSecond * 600) / 10)
}
