/**
 * The public keys of the auth API, fetched when they are needed and kept in memory.
 *
 * Only the address in the configuration is asked: `jku`, `x5u` and `jwk` in a token's header are ignored, and `kid` is only compared.
 *
 * Read beside: rules/jwks-refresh.ts (when), bearer.ts; RFC 7517 §5, RFC 8725 §3.10
 * Touches the world: makes HTTP requests to the auth API.
 */
import { createLocalJWKSet, errors, type JWSHeaderParameters, type JWTVerifyGetKey } from 'jose'
import { request } from 'undici'
import type { Clock } from '#shared/clock.ts'
import { Unavailable } from '../../../backend/refusal.ts'
import { type JwksState, shouldFetch } from './rules/jwks-refresh.ts'

/** Milliseconds and octets. */
const TIMEOUT_MS = 1_000
const LARGEST_SET = 64 * 1024

type KeySet = ReturnType<typeof createLocalJWKSet>

export class JwksCache {
  readonly #url: string
  readonly #clock: Clock
  #keys: KeySet | undefined
  #state: JwksState = { fetchedAt: undefined, attemptedAt: undefined }
  #fetching: Promise<void> | undefined

  constructor(url: string, clock: Clock) {
    this.#url = url
    this.#clock = clock
  }

  /** For `jwtVerify`. @throws Unavailable while there are no keys; JWKSNoMatchingKey */
  readonly key: JWTVerifyGetKey = async (header, token) => {
    const found = await this.#find(header, token)
    if (found !== undefined) return found
    await this.#refresh('unknown').catch(() => {}) // the answer below is about the keys that are known
    if (this.#keys === undefined)
      throw new Unavailable('auth', 'the keys of the auth API are not known yet; try again in a moment')
    const second = await this.#find(header, token)
    if (second === undefined) throw new errors.JWKSNoMatchingKey()
    return second
  }

  /** For a dependency: fetches the keys if they are old. @throws Error when they could not be fetched */
  async probe(): Promise<void> {
    await this.#refresh('known')
    const { fetchedAt, attemptedAt } = this.#state
    if (fetchedAt === undefined || fetchedAt !== attemptedAt) throw new Error(`no keys from ${this.#url}`)
  }

  async #find(header: JWSHeaderParameters, token: Parameters<KeySet>[1]) {
    try {
      return await this.#keys?.(header, token)
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey) return undefined
      throw error
    }
  }

  /** One fetch at a time: requests that come meanwhile wait for the same one. */
  async #refresh(need: 'known' | 'unknown'): Promise<void> {
    if (this.#fetching === undefined && shouldFetch(this.#state, need, this.#clock.now())) {
      this.#fetching = this.#fetch().finally(() => {
        this.#fetching = undefined
      })
    }
    await this.#fetching
  }

  async #fetch(): Promise<void> {
    const attemptedAt = this.#clock.now()
    this.#state = { ...this.#state, attemptedAt }
    const { statusCode, body } = await request(this.#url, { headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS })
    const chunks: Buffer[] = []
    let length = 0
    for await (const chunk of body) {
      length += chunk.length
      if (length > LARGEST_SET) throw new Error(`${this.#url} is longer than ${LARGEST_SET} octets`)
      chunks.push(chunk)
    }
    if (statusCode !== 200) throw new Error(`${this.#url} answered ${statusCode}`)
    this.#keys = createLocalJWKSet(JSON.parse(Buffer.concat(chunks).toString()))
    this.#state = { fetchedAt: attemptedAt, attemptedAt }
  }
}
