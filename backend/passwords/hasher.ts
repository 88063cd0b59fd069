/**
 * Hashing and checking passwords. A hash is expensive on purpose, so only a few are computed at once, a few wait, and the rest get 503.
 *
 * Without the limit, many logins at once would occupy all four threads of libuv's pool, and name look-ups and files would wait for
 * them. The queue is limited by time, not by number: how many hashes fit into a second depends on the machine and its load, so the
 * pace is measured, and a login that would wait longer than a second is refused at once.
 *
 * Read beside: phc.ts, hash-queue.ts, RFC 9106; `crypto.argon2` of Node
 * Touches the world: random salts, and threads of libuv's pool.
 */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { type Clock, systemClock } from '#shared/clock.ts'
import { HashQueue, type Waiter } from './hash-queue.ts'
import { type Argon2Cost, COST, formatPhc, HASH_LENGTH, isCheaperThan, type Phc, parsePhc, SALT_LENGTH } from './phc.ts'

export interface HasherOptions {
  readonly cost?: Argon2Cost
  /** Hashes computed at the same time. Libuv has 4 threads; two are left for other work. */
  readonly concurrency?: number
  /** The longest expected wait, in milliseconds. */
  readonly longestWait?: number
  readonly clock?: Clock
}

const deriveKey = promisify(argon2)

/** For work that no request waits for. */
const PATIENT: Waiter = { abandoned: false }

export class Hasher {
  readonly cost: Argon2Cost
  readonly #queue: HashQueue
  /** A hash that no password has: the password of an unknown user is checked against it. */
  readonly #decoy: Phc

  constructor({ cost = COST, concurrency = 2, longestWait = 1_000, clock = systemClock }: HasherOptions = {}) {
    this.cost = cost
    this.#queue = new HashQueue(concurrency, longestWait, clock)
    this.#decoy = { cost, salt: randomBytes(SALT_LENGTH), hash: randomBytes(HASH_LENGTH) }
  }

  /** How many passwords are being hashed, and how many wait: for `/status` and `/metrics`. */
  get load(): { running: number; waiting: number } {
    return this.#queue.load
  }

  /**
   * The PHC line to store.
   *
   * @param waiter the request (its Trace): it leaves the queue when its client has closed the connection
   * @throws Refusal 503 when it would wait too long; Abandoned
   */
  async hash(password: string, waiter: Waiter = PATIENT): Promise<string> {
    const salt = randomBytes(SALT_LENGTH)
    const hash = await this.#derive(password, this.cost, salt, HASH_LENGTH, waiter)
    return formatPhc({ cost: this.cost, salt, hash })
  }

  /**
   * Whether the password belongs to the stored line.
   *
   * Without a stored line (there is no such user) the result is false, after the same work: the time does not show which users exist.
   *
   * @param waiter the request (its Trace): it leaves the queue when its client has closed the connection
   * @throws Refusal 503 when it would wait too long; Abandoned
   */
  async verify(
    password: string,
    stored: string | undefined,
    waiter: Waiter = PATIENT,
  ): Promise<{ matches: boolean; outdated: boolean }> {
    const known = stored === undefined ? undefined : parsePhc(stored)
    const { cost, salt, hash } = known ?? this.#decoy
    const derived = await this.#derive(password, cost, salt, hash.length, waiter)
    const matches = timingSafeEqual(derived, hash) && known !== undefined
    return { matches, outdated: matches && isCheaperThan(cost, this.cost) }
  }

  #derive(password: string, cost: Argon2Cost, nonce: Buffer, tagLength: number, waiter: Waiter): Promise<Buffer> {
    // NFC: keyboards compose accents in different ways, and the same password must be the same octets.
    const message = password.normalize('NFC')
    return this.#queue.run(waiter, () => deriveKey('argon2id', { message, nonce, tagLength, ...cost }))
  }
}
