/**
 * What may be a password: at least 8 characters, and not one that everybody tries first. No rules about digits and signs, no
 * expiry: they make people choose worse ones.
 *
 * Read beside: NIST SP 800-63B §5.1.1.2 ("memorized secret verifiers"); github.com/zxcvbn-ts (the list of common passwords)
 * Pure: words in, a sentence or nothing out.
 */

export const SHORTEST = 8
/** Long enough for any sentence; short enough that hashing it costs no more than hashing. */
export const LONGEST = 256

/** "Context-specific words, such as the name of the service, the username, and derivatives thereof." */
const HERE = ['meutrabalho', 'laboratorio', 'servidor', 'backend', 'frontend']

/** Why it cannot be the password, or undefined when it can. The list of common ones is read at the first call. */
export async function objection(password: string, username: string): Promise<string | undefined> {
  const length = [...password].length
  if (length < SHORTEST) return `a password has at least ${SHORTEST} characters`
  if (length > LONGEST) return `a password has at most ${LONGEST} characters`
  const lower = password.normalize('NFKC').toLowerCase()
  const core = lower.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '')
  if (lower.includes(username.toLowerCase()) && username.length > 3)
    return 'the user name must not be part of the password'
  if (core === username.toLowerCase() || HERE.includes(core)) return 'this is the first thing anybody here would try'
  if (new Set(lower).size < 4) return 'the password repeats the same few characters'
  if (isSequence(lower)) return 'the password is just a row of the alphabet or of the digits'
  if ((await commonPasswords()).has(lower)) return 'this password is among the most common ones'
  return undefined
}

/** `abcdefgh`, `87654321`: each character follows the one before. */
function isSequence(text: string): boolean {
  const steps = new Set(
    [...text].slice(1).map((character, index) => (character.codePointAt(0) ?? 0) - text.charCodeAt(index)),
  )
  return steps.size === 1 && (steps.has(1) || steps.has(-1))
}

let common: Promise<ReadonlySet<string>> | undefined

/** 49,000 words that nobody needs before somebody chooses a password. */
function commonPasswords(): Promise<ReadonlySet<string>> {
  common ??= import('@zxcvbn-ts/language-common').then(({ dictionary }) => {
    return new Set((dictionary['passwords-common'] as readonly string[]).filter(word => word.length >= SHORTEST))
  })
  return common
}
