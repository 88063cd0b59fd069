/**
 * Hashing and checking passwords: expensive on purpose, so only a few at a time, a short queue behind them, and 503 beyond.
 *
 * Without the bound, a crowd at the door of /login would hold all four threads of libuv's pool, and name look-ups and files
 * would wait behind them; without the queue's end, everybody would wait for longer than anybody does.
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
  /** How many at the same time. Libuv has 4 threads; two are left for everything else. */
  readonly concurrency?: number
  /** How many may wait: at about 33 ms each and two at a time, 40 are two thirds of a second. */
  readonly queue?: number
}

const deriveKey = promisify(argon2)

export class Hasher {
  readonly cost: Argon2Cost
  readonly #concurrency: number
  readonly #queueLimit: number
  readonly #waiting: (() => void)[] = []
  /** The hash of a password that nobody has: what an unknown user's password is checked against. */
  readonly #nobody: Phc
  #running = 0

  constructor({ cost = COST, concurrency = 2, queue = 40 }: HasherOptions = {}) {
    this.cost = cost
    this.#concurrency = concurrency
    this.#queueLimit = queue
    this.#nobody = { cost, salt: randomBytes(SALT_LENGTH), hash: randomBytes(HASH_LENGTH) }
  }

  /** How many are being hashed, and how many wait: for `/status` and `/metrics`. */
  get load(): { running: number; waiting: number } {
    return { running: this.#running, waiting: this.#waiting.length }
  }

  /** A PHC line to be stored. @throws Refusal 503 when the queue is full */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(SALT_LENGTH)
    return formatPhc({ cost: this.cost, salt, hash: await this.#derive(password, this.cost, salt, HASH_LENGTH) })
  }

  /**
   * Whether the password is the one behind the stored line.
   *
   * Without a stored line (no such user) the answer is no, after the same work: how long it took tells nobody who exists.
   *
   * @throws Refusal 503 when the queue is full
   */
  async verify(password: string, stored: string | undefined): Promise<{ matches: boolean; outdated: boolean }> {
    const known = stored === undefined ? undefined : parsePhc(stored)
    const { cost, salt, hash } = known ?? this.#nobody
    const derived = await this.#derive(password, cost, salt, hash.length)
    const matches = timingSafeEqual(derived, hash) && known !== undefined
    return { matches, outdated: matches && isCheaperThan(cost, this.cost) }
  }

  async #derive(password: string, cost: Argon2Cost, nonce: Buffer, tagLength: number): Promise<Buffer> {
    await this.#turn()
    try {
      return await deriveKey('argon2id', {
        // NFC: the same password, typed on a machine that composes accents differently, is the same octets.
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

  async #turn(): Promise<void> {
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
