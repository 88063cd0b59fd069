/**
 * The keys that sign access tokens: made when they are due, kept in MySQL for all processes and restarts, and in memory, so that the
 * public keys are answered also while MySQL is down.
 *
 * Read beside: rules/key-schedule.ts (when), access-token.ts (uses the key); RFC 7517 §4, §5 (JWK, set), RFC 7638 §3 (kid)
 * Touches the world: MySQL.
 */
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import type { Clock } from '#shared/clock.ts'
import type { MySql } from '../../../backend/mysql/mysql.ts'
import { Unavailable } from '../../../backend/refusal.ts'
import { backgroundTrace } from '../../../backend/trace.ts'
import { ALGORITHM } from '../token-contract.ts'
import { keySchedule } from './rules/key-schedule.ts'

export interface SigningKey {
  readonly kid: string
  readonly privateKey: CryptoKey
  readonly publicJwk: JWK
}

/** Milliseconds after which the table is read again, although no key is missing. */
const READ_EVERY_MS = 60_000

export class SigningKeys {
  readonly #mysql: MySql
  readonly #clock: Clock
  #keys: ReadonlyMap<number, SigningKey> = new Map()
  #readAt = Number.NEGATIVE_INFINITY

  constructor(mysql: MySql, clock: Clock) {
    this.#mysql = mysql
    this.#clock = clock
  }

  /** Whether there is a key that may sign now. */
  get isReady(): boolean {
    return this.#keys.has(keySchedule(this.#clock.epoch()).signs)
  }

  /** The key that signs now. @throws Unavailable while it could not be made or read */
  async current(): Promise<SigningKey> {
    await this.refresh()
    const key = this.#keys.get(keySchedule(this.#clock.epoch()).signs)
    if (key === undefined) throw new Unavailable('mysql', 'there is no signing key yet; try again in a moment')
    return key
  }

  /** RFC 7517 §5: the public keys, without any private member. */
  published(): { keys: JWK[] } {
    const { oldest } = keySchedule(this.#clock.epoch())
    return {
      keys: [...this.#keys].filter(([generation]) => generation >= oldest).map(([, { publicJwk }]) => publicJwk),
    }
  }

  /** Makes the keys that are due, and reads all. Does nothing while those in memory are enough. @throws Unavailable */
  async refresh(): Promise<void> {
    const { wanted, oldest } = keySchedule(this.#clock.epoch())
    const missing = wanted.filter(generation => !this.#keys.has(generation))
    const isRecent = this.#clock.now() - this.#readAt < READ_EVERY_MS
    if (missing.length === 0 && isRecent) return
    const read = await this.#read(oldest).catch(error => {
      if (missing.length === 0) return undefined // those in memory are enough; the next probe reads again
      throw error
    })
    if (read === undefined) return
    for (const generation of wanted.filter(generation => !read.has(generation))) await this.#make(generation)
    this.#keys = wanted.every(generation => read.has(generation)) ? read : await this.#read(oldest)
    this.#readAt = this.#clock.now()
  }

  async #read(oldest: number): Promise<Map<number, SigningKey>> {
    const sql = 'SELECT generation, private_jwk AS jwk FROM reposicao_keys WHERE generation >= ? ORDER BY generation'
    const rows = await this.#mysql.rows<{ generation: number; jwk: string }>(backgroundTrace(), sql, [oldest])
    const keys = rows.map(async ({ generation, jwk }) => {
      const known = this.#keys.get(generation)
      return [generation, known ?? (await importKey(JSON.parse(jwk)))] as const
    })
    return new Map(await Promise.all(keys))
  }

  /** If another process makes the key of the same generation at the same time, the first row stays. */
  async #make(generation: number): Promise<void> {
    const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true })
    const jwk = await exportJWK(privateKey)
    const named = { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: ALGORITHM, use: 'sig' }
    await this.#mysql.transaction(backgroundTrace(), async statements => {
      await statements.change('INSERT IGNORE INTO reposicao_keys VALUES (?, ?)', [generation, JSON.stringify(named)])
      const { oldest } = keySchedule(this.#clock.epoch())
      await statements.change('DELETE FROM reposicao_keys WHERE generation < ?', [oldest])
    })
  }
}

async function importKey(jwk: JWK): Promise<SigningKey> {
  const { kty, n, e, kid = '', alg, use } = jwk
  const publicJwk = { kty, n, e, kid, alg, use } as JWK
  return { kid, privateKey: (await importJWK(jwk, ALGORITHM)) as CryptoKey, publicJwk }
}
