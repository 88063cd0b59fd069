/**
 * A hashed password as one line of text that carries all that is needed to check it: algorithm, parameters, salt, hash.
 *
 *   $argon2id$v=19$m=19456,t=2,p=1$KVLG+0OU6SH4bDmQ1+CmFw$YZl7Oq3KZpvAcgjS1A8yZQZKjF6J8rGEnUCLp0U4kRM
 *    algorithm version memory,passes,lanes     salt                      hash     (base64 without padding)
 *
 * Read beside: RFC 9106 (Argon2), the PHC string format (github.com/P-H-C/phc-string-format)
 * Pure: text in, values out.
 */

/** What one hashing costs. A guess costs an attacker the same. */
export interface Argon2Cost {
  /** KiB. */
  readonly memory: number
  readonly passes: number
  /** Lanes that could run in parallel. */
  readonly parallelism: number
}

export interface Phc {
  readonly cost: Argon2Cost
  readonly salt: Buffer
  readonly hash: Buffer
}

/** OWASP's first choice where 46 MiB a login is too much: 19 MiB, 2 passes, 1 lane; about 33 ms. */
export const COST: Argon2Cost = { memory: 19 * 1024, passes: 2, parallelism: 1 }
/** RFC 9106 §3.1: "16 bytes is RECOMMENDED for password hashing". */
export const SALT_LENGTH = 16
export const HASH_LENGTH = 32
/**
 * What a stored line may ask for: four times the memory of RFC 9106 §4's second choice, and passes to match. Without a bound,
 * one line written into the table would cost every backend 10 GB at a login.
 */
const DEAREST: Argon2Cost = { memory: 256 * 1024, passes: 16, parallelism: 16 }

const PATTERN =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{16,86})$/

/** Reads the line. @returns undefined when it is no argon2id line of version 1.3 (19), or its cost is none that we would pay */
export function parsePhc(line: string): Phc | undefined {
  const [, memory, passes, parallelism, salt = '', hash = ''] = PATTERN.exec(line) ?? []
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) }
  if (memory === undefined || !isPayable(cost)) return undefined
  return {
    cost,
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  }
}

export function formatPhc({ cost, salt, hash }: Phc): string {
  const parameters = `m=${cost.memory},t=${cost.passes},p=${cost.parallelism}`
  return `$argon2id$v=19$${parameters}$${unpadded(salt)}$${unpadded(hash)}`
}

/** RFC 9106 §3.1: at least one pass and one lane, and 8 KiB for each lane. */
function isPayable({ memory, passes, parallelism }: Argon2Cost): boolean {
  if (passes < 1 || parallelism < 1 || memory < 8 * parallelism) return false
  return memory <= DEAREST.memory && passes <= DEAREST.passes && parallelism <= DEAREST.parallelism
}

/** Whether a stored password was hashed more cheaply than is asked for now, and should be hashed again at the next login. */
export function isCheaperThan(cost: Argon2Cost, wanted: Argon2Cost): boolean {
  return cost.memory < wanted.memory || cost.passes < wanted.passes || cost.parallelism !== wanted.parallelism
}

function unpadded(octets: Buffer): string {
  return octets.toString('base64').replace(/=+$/, '')
}
