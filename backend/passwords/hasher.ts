/**
 * Hashing and checking passwords. A hash is expensive on purpose, so only a few are computed at once, a few wait, and the rest get 503.
 *
 * Without the limit, many logins at once would occupy all four threads of libuv's pool, and name look-ups and files would wait for
 * them. Without a limit for the queue, every login would wait longer than a person does.
 *
 * Read beside: phc.ts, RFC 9106; `crypto.argon2` of Node
 * Touches the world: random salts, and threads of libuv's pool.
 */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { Refusal } from '../refusal.ts'
import { type Argon2Cost, COST, formatPhc, HASH_LENGTH, isCheaperThan, type Phc, parsePhc, SALT_LENGTH } from './phc.ts'

export interface HasherOptions {
  readonly cost?: Argon2Cost
  /** Hashes computed at the same time. Libuv has 4 threads; two are left for other work. */
  readonly concurrency?: number
  /** Passwords that may wait: at about 33 ms each and two at a time, 40 take two thirds of a second. */
  readonly queue?: number
}

const deriveKey = promisify(argon2)

export class Hasher {
  readonly cost: Argon2Cost
  readonly #concurrency: number
  readonly #queueLimit: number
  readonly #waiting: (() => void)[] = []
  /** A hash that no password has: the password of an unknown user is checked against it. */
  readonly #decoy: Phc
  #running = 0

  constructor({ cost = COST, concurrency = 2, queue = 40 }: HasherOptions = {}) {
    this.cost = cost
    this.#concurrency = concurrency
    this.#queueLimit = queue
    this.#decoy = { cost, salt: randomBytes(SALT_LENGTH), hash: randomBytes(HASH_LENGTH) }
  }

  /** How many passwords are being hashed, and how many wait: for `/status` and `/metrics`. */
  get load(): { running: number; waiting: number } {
    return { running: this.#running, waiting: this.#waiting.length }
  }

  /** The PHC line to store. @throws Refusal 503 when the queue is full */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(SALT_LENGTH)
    return formatPhc({ cost: this.cost, salt, hash: await this.#derive(password, this.cost, salt, HASH_LENGTH) })
  }

  /**
   * Whether the password belongs to the stored line.
   *
   * Without a stored line (there is no such user) the result is false, after the same work: the time does not show which users exist.
   *
   * @throws Refusal 503 when the queue is full
   */
  async verify(password: string, stored: string | undefined): Promise<{ matches: boolean; outdated: boolean }> {
    const known = stored === undefined ? undefined : parsePhc(stored)
    const { cost, salt, hash } = known ?? this.#decoy
    const derived = await this.#derive(password, cost, salt, hash.length)
    const matches = timingSafeEqual(derived, hash) && known !== undefined
    return { matches, outdated: matches && isCheaperThan(cost, this.cost) }
  }

  async #derive(password: string, cost: Argon2Cost, nonce: Buffer, tagLength: number): Promise<Buffer> {
    await this.#waitForSlot()
    try {
      return await deriveKey('argon2id', {
        // NFC: keyboards compose accents in different ways, and the same password must be the same octets.
        message: password.normalize('NFC'),
        nonce,
        tagLength,
        ...cost,
      })
    } finally {
      this.#running--
      this.#waiting.shift()?.()
    }
  }

  async #waitForSlot(): Promise<void> {
    if (this.#running >= this.#concurrency) {
      if (this.#waiting.length >= this.#queueLimit) {
        throw new Refusal(503, 'too many passwords are being checked at this moment; try again in a second', {
          headers: ['Retry-After', '1'],
        })
      }
      await new Promise<void>(resolve => this.#waiting.push(resolve))
    }
    this.#running++
  }
}
