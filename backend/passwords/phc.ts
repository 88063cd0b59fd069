/**
 * A hashed password as one line of text, with everything that is needed to check it: algorithm, parameters, salt, hash.
 *
 *   $argon2id$v=19$m=19456,t=2,p=1$KVLG+0OU6SH4bDmQ1+CmFw$YZl7Oq3KZpvAcgjS1A8yZQZKjF6J8rGEnUCLp0U4kRM
 *    algorithm version memory,passes,lanes     salt                      hash     (base64 without padding)
 *
 * Read beside: RFC 9106 (Argon2), the PHC string format (github.com/P-H-C/phc-string-format)
 * Pure: text in, values out.
 */

/** The cost of one hash. A guess costs an attacker the same. */
export interface Argon2Cost {
  /** KiB. */
  readonly memory: number
  readonly passes: number
  /** Lanes, which could be computed in parallel. */
  readonly parallelism: number
}

export interface Phc {
  readonly cost: Argon2Cost
  readonly salt: Buffer
  readonly hash: Buffer
}

/** OWASP's recommendation where 46 MiB for a login is too much: 19 MiB, 2 passes, 1 lane; about 33 ms. */
export const COST: Argon2Cost = { memory: 19 * 1024, passes: 2, parallelism: 1 }
/** RFC 9106 §3.1: "16 bytes is RECOMMENDED for password hashing". */
export const SALT_LENGTH = 16
export const HASH_LENGTH = 32
/**
 * The highest cost that a stored line may have: four times the memory of the second choice in RFC 9106 §4. Without a limit, one
 * line written into the table could make every backend use 10 GB for a login.
 */
const HIGHEST_COST: Argon2Cost = { memory: 256 * 1024, passes: 16, parallelism: 16 }

const PATTERN =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{16,86})$/

/** @returns undefined when the line is not argon2id of version 1.3 (19), or when its cost is too high or impossible */
export function parsePhc(line: string): Phc | undefined {
  const [, memory, passes, parallelism, salt = '', hash = ''] = PATTERN.exec(line) ?? []
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) }
  if (memory === undefined || !isAcceptable(cost)) return undefined
  return {
    cost,
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  }
}

/** `$argon2id$v=19$m=19456,t=2,p=1$SALT$HASH`, salt and hash in base64 without padding. */
export function formatPhc({ cost, salt, hash }: Phc): string {
  const parameters = `m=${cost.memory},t=${cost.passes},p=${cost.parallelism}`
  return `$argon2id$v=19$${parameters}$${unpadded(salt)}$${unpadded(hash)}`
}

/** RFC 9106 §3.1: at least one pass and one lane, and 8 KiB for each lane. */
function isAcceptable({ memory, passes, parallelism }: Argon2Cost): boolean {
  if (passes < 1 || parallelism < 1 || memory < 8 * parallelism) return false
  return memory <= HIGHEST_COST.memory && passes <= HIGHEST_COST.passes && parallelism <= HIGHEST_COST.parallelism
}

/** Whether a password was hashed at a lower cost than the present one, and should be hashed again at the next login. */
export function isCheaperThan(cost: Argon2Cost, wanted: Argon2Cost): boolean {
  return cost.memory < wanted.memory || cost.passes < wanted.passes || cost.parallelism !== wanted.parallelism
}

function unpadded(octets: Buffer): string {
  return octets.toString('base64').replace(/=+$/, '')
}
